import {
  FUNCTION_NAMES,
  type FunctionName,
  functionNamed,
  type Resource,
  readable,
  resourcesOf,
  synthesize,
} from './synthesized.ts';

const { service } = synthesize();

type Statement = {
  Action: string | string[];
  Resource: unknown;
  Effect: string;
  Condition?: { StringEquals?: Record<string, string>; 'ForAllValues:StringLike'?: Record<string, string[]> };
};

/** Statements of the one policy of a function's own role. */
function statementsOf(name: FunctionName): Statement[] {
  const [, lambda] = functionNamed(service, name);
  const [role] = lambda.Properties.Role['Fn::GetAtt'];
  const policies = resourcesOf(service, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
  );
  expect(policies).toHaveLength(1);
  return policies[0]![1].Properties.PolicyDocument.Statement;
}

/** What a function may do, by what it may do it to: of tables, by the beginning of their keys. */
function rightsOf(name: FunctionName): Record<string, string> {
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource, Condition: { StringEquals, ...Condition } = {} } of statementsOf(name)) {
    const only = Condition['ForAllValues:StringLike'] ?? {};
    const { 'dynamodb:LeadingKeys': keys = [''], 'dynamodb:Attributes': attributes } = only;
    const select = StringEquals ? ` ${StringEquals['dynamodb:Select']} ${attributes}` : '';
    for (const resource of [Resource].flat()) {
      for (const key of keys) {
        const target = `${readable(resource)} ${key}${select}`.trim();
        rights[target] = [
          ...(rights[target] ?? []),
          ...[Action].flat().map((action) => action.split(':')[1]!),
        ];
      }
    }
  }
  return Object.fromEntries(
    Object.entries(rights).map(([target, actions]) => [target, actions.toSorted().join(' ')]),
  );
}

const LOG = 'CreateLogStream PutLogEvents';
const RECEIVE = 'ChangeMessageVisibility DeleteMessage GetQueueAttributes GetQueueUrl ReceiveMessage';
const RECORDS_CLICKS = {
  'Clicks clicks#*': 'PutItem',
  'Clicks late#*': 'PutItem',
  'Clicks days#*': 'UpdateItem',
};
const MOVES_JOBS = { 'Jobs workspace#*': 'GetItem PutItem', 'Jobs segments#*': 'GetItem PutItem' };

/** Everything that a function may do. */
const MAY: Record<FunctionName, Record<string, string>> = {
  api: {
    ProductApiFunctionLog: LOG,
    'Workspaces deployment': 'GetItem PutItem',
    'Workspaces key#*': 'GetItem',
    'Workspaces workspace#*': 'DeleteItem GetItem PutItem Query UpdateItem',
    'Workspaces host#*': 'DeleteItem GetItem PutItem UpdateItem',
    'Workspaces limit#*': 'GetItem UpdateItem',
    'Links workspace#*': 'BatchGetItem DeleteItem GetItem PutItem Query',
    'Links slug#*': 'GetItem PutItem',
    'Links closure#*': 'ConditionCheckItem DeleteItem GetItem PutItem',
    'Clicks clock': 'GetItem',
    'Clicks clicks#*': 'BatchGetItem ConditionCheckItem Query',
    'Clicks days#*': 'Query',
    'Clicks link-days#*': 'Query',
    'Clicks totals#*': 'BatchGetItem Query UpdateItem',
    'Clicks conversion#*': 'PutItem',
    'Clicks attributed#*': 'PutItem',
    'Clicks conversion-keys#*': 'GetItem PutItem',
    'Clicks external-ids#*': 'GetItem PutItem',
    'Jobs workspace#*': 'GetItem PutItem Query',
    'Jobs segments#*': 'PutItem Query',
    Files: 'ListBucket',
    'Files/exports/*': 'GetObject',
    'Files/logos/*': 'DeleteObject GetObject PutObject',
    ExportsQueueWaiting: 'SendMessage',
  },
  qr: {
    ProductApiQrLog: LOG,
    'Workspaces deployment': 'GetItem',
    'Workspaces key#*': 'GetItem',
    'Workspaces workspace#*': 'GetItem Query',
    'Workspaces limit#*': 'UpdateItem',
    'Links workspace#*': 'GetItem',
    Files: 'ListBucket',
    'Files/codes/*': 'GetObject PutObject',
    'Files/logos/*': 'GetObject',
  },
  stream: {
    ProductApiStreamLog: LOG,
    'Workspaces deployment': 'GetItem',
    'Workspaces key#*': 'GetItem',
    'Workspaces workspace#*': 'GetItem',
    'Workspaces limit#*': 'UpdateItem',
    'Clicks clicks#*': 'Query',
    'Clicks days#*': 'Query',
  },
  redirect: {
    RedirectsFunctionLog: LOG,
    'Workspaces deployment': 'GetItem',
    'Workspaces clock': 'GetItem',
    'Workspaces host#*': 'GetItem',
    'Workspaces workspace#*': 'GetItem',
    'Workspaces limit#*': 'UpdateItem',
    'Links slug#*': 'GetItem',
    ...RECORDS_CLICKS,
    ClicksQueueWaiting: 'SendMessage',
  },
  clicks: {
    ClicksWorkerLog: LOG,
    'Clicks clock': 'GetItem',
    ...RECORDS_CLICKS,
    'Workspaces workspace#*': 'GetItem',
    ClicksQueueWaiting: RECEIVE,
  },
  exports: {
    ExportsWorkerLog: LOG,
    'Workspaces workspace#*': 'Query',
    'Links workspace#*': 'BatchGetItem Query',
    'Clicks clicks#*': 'Query',
    'Clicks days#*': 'Query',
    'Clicks totals#*': 'BatchGetItem Query',
    'Jobs workspace#*': 'GetItem PutItem',
    'Jobs segments#*': 'GetItem PutItem Query',
    Files: 'ListBucket',
    'Files/exports/*': 'GetObject PutObject',
    'Files/temporary/*': 'DeleteObject GetObject PutObject',
    'Files/logos/*': 'GetObject',
    ExportsQueueWaiting: `${RECEIVE} SendMessage`,
  },
  'roll-ups': {
    RollUpsWorkerLog: LOG,
    'Clicks clock': 'GetItem',
    'Clicks clicks#*': 'BatchGetItem Query',
    'Clicks late#*': 'Query',
    'Clicks days#*': 'BatchGetItem PutItem Query UpdateItem',
    'Clicks totals#*': 'BatchGetItem PutItem Query UpdateItem',
    'Clicks link-days#*': 'BatchGetItem PutItem Query UpdateItem',
    'Workspaces workspace#*': 'GetItem PutItem',
    RollUpsQueueWaiting: `${RECEIVE} SendMessage`,
  },
  'dead-letters': {
    DeadLettersReaderLog: LOG,
    ...MOVES_JOBS,
    'Clicks clock': 'GetItem',
    ...RECORDS_CLICKS,
    'Workspaces workspace#*': 'GetItem',
    ClicksQueueDeadLetters: RECEIVE,
    ExportsQueueDeadLetters: RECEIVE,
    RollUpsQueueDeadLetters: RECEIVE,
  },
  sweep: {
    ExportsSweepLog: LOG,
    ...MOVES_JOBS,
    'Jobs/index/due': 'Query',
    Files: 'ListBucket ListBucketMultipartUploads',
    'Files/exports/*': 'AbortMultipartUpload DeleteObject',
    'Files/temporary/*': 'AbortMultipartUpload DeleteObject',
    ExportsQueueWaiting: 'SendMessage',
  },
  'schedule-roll-ups': {
    RollUpsSchedulerLog: LOG,
    'Workspaces workspace#*': 'GetItem',
    'Workspaces deployment SPECIFIC_ATTRIBUTES pk,sk,workspaceId': 'Query',
    'Clicks clicks#*': 'BatchGetItem Query',
    'Clicks days#*': 'Query',
    'Clicks late#*': 'Query',
    RollUpsQueueWaiting: 'SendMessage',
  },
};

const TABLES = {
  WORKSPACES_TABLE: 'Workspaces',
  LINKS_TABLE: 'Links',
  CLICKS_TABLE: 'Clicks',
  JOBS_TABLE: 'Jobs',
};
const EDGE_SECRET = '{{resolve:secretsmanager:EdgeSecretGeneration1:SecretString:::}}';

const pick = (...names: (keyof typeof TABLES)[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, TABLES[name]]));

/** What a function needs to know its callers by. */
const CALLERS = {
  EDGE_SECRET,
  EDGE_SECRET_PREVIOUS: '',
  SHORT_ORIGIN: 'ShortOrigin',
  ALLOWED_ORIGINS: 'AllowedOrigins',
  SESSION_ISSUER: 'SessionIssuer',
  SESSION_JWKS_URL: 'SessionJwksUrl',
  SESSION_AUDIENCE: 'SessionAudience',
};

/** Beside the variables of powertools and Node: every variable of a function. */
const KNOWS: Record<FunctionName, Record<string, string>> = {
  api: {
    ...TABLES,
    FILES_BUCKET: 'Files',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
    HORIZON_SECONDS: 'HorizonSeconds',
    SHORT_DOMAINS: '',
    ...CALLERS,
  },
  qr: { ...pick('WORKSPACES_TABLE', 'LINKS_TABLE'), FILES_BUCKET: 'Files', ...CALLERS },
  stream: {
    ...pick('WORKSPACES_TABLE', 'CLICKS_TABLE'),
    ...CALLERS,
  },
  redirect: {
    ...pick('WORKSPACES_TABLE', 'LINKS_TABLE', 'CLICKS_TABLE'),
    CLICKS_QUEUE_URL: 'ClicksQueueWaiting',
    EDGE_SECRET,
    EDGE_SECRET_PREVIOUS: '',
    SHORT_ORIGIN: 'ShortOrigin',
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  clicks: { ...pick('CLICKS_TABLE', 'WORKSPACES_TABLE'), HORIZON_SECONDS: 'HorizonSeconds' },
  exports: {
    ...pick('LINKS_TABLE', 'CLICKS_TABLE', 'JOBS_TABLE', 'WORKSPACES_TABLE'),
    FILES_BUCKET: 'Files',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
    SHORT_ORIGIN: 'ShortOrigin',
  },
  'roll-ups': {
    ...pick('CLICKS_TABLE', 'WORKSPACES_TABLE'),
    ROLL_UPS_QUEUE_URL: 'RollUpsQueueWaiting',
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  'dead-letters': {
    ...pick('JOBS_TABLE', 'CLICKS_TABLE', 'WORKSPACES_TABLE'),
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  sweep: {
    JOBS_TABLE: 'Jobs',
    FILES_BUCKET: 'Files',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
  },
  'schedule-roll-ups': {
    ...pick('WORKSPACES_TABLE', 'CLICKS_TABLE'),
    ROLL_UPS_QUEUE_URL: 'RollUpsQueueWaiting',
    HORIZON_SECONDS: 'HorizonSeconds',
  },
};

const TIMEOUT_SECONDS: Record<FunctionName, number> = {
  api: 29,
  qr: 29,
  stream: 300,
  redirect: 5,
  clicks: 30,
  exports: 120,
  'roll-ups': 120,
  'dead-letters': 60,
  sweep: 60,
  'schedule-roll-ups': 60,
};

test('there are these functions, and no others that CDK adds on its own', () => {
  const names = resourcesOf(service, 'AWS::Lambda::Function').map(
    ([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
  );
  expect(names.toSorted()).toEqual(FUNCTION_NAMES.toSorted());
});

describe.each(FUNCTION_NAMES)('the function %s', (name) => {
  const [, lambda] = functionNamed(service, name);

  test('may do what it needs, and nothing else', () => {
    expect(rightsOf(name)).toEqual(MAY[name]);
  });

  test('knows what it needs, and nothing else', () => {
    const variables = lambda.Properties.Environment.Variables;
    const own = Object.entries(variables).filter(([key]) => !/^(POWERTOOLS_|NODE_OPTIONS$)/.test(key));
    expect(Object.fromEntries(own.map(([key, value]) => [key, readable(value)]))).toEqual(KNOWS[name]);
    expect(variables).toMatchObject({
      POWERTOOLS_METRICS_NAMESPACE: 'Slugline',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });

  test('has a role of its own, without managed policies', () => {
    const role: string = lambda.Properties.Role['Fn::GetAtt'][0];
    const users = resourcesOf(service, 'AWS::Lambda::Function').filter(
      ([, other]) => other.Properties.Role['Fn::GetAtt'][0] === role,
    );
    expect(users).toHaveLength(1);
    expect(service.Resources[role]!.Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('runs on Node 24 and arm64, from its bundle, within its time', () => {
    expect(lambda.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: TIMEOUT_SECONDS[name],
    });
  });

  test('says what people lose when it fails, as does its alarm', () => {
    const alarm = resourcesOf(service, 'AWS::CloudWatch::Alarm').find(
      ([, { Properties }]) => Properties.AlarmName === `SluglineService-${name}-errors`,
    );
    const impact: string = lambda.Properties.Description;
    // The longest description that Lambda takes.
    expect(impact.length).toBeGreaterThan(20);
    expect(impact.length).toBeLessThanOrEqual(256);
    expect(alarm![1].Properties.AlarmDescription.startsWith(impact)).toBe(true);
  });

  test('logs into a group of its own that forgets', () => {
    const log = logOf(lambda);
    expect(log.Properties.RetentionInDays).toBe(name === 'redirect' ? 90 : 30);
    // The journal of clicks must not go with the stack.
    expect(log.DeletionPolicy).toBe(name === 'redirect' ? 'Retain' : 'Delete');
  });
});

const logOf = (lambda: Resource): Resource =>
  service.Resources[lambda.Properties.LoggingConfig.LogGroup.Ref]!;

test('no role may touch a whole table', () => {
  const tables = FUNCTION_NAMES.flatMap(statementsOf).filter(({ Action }) =>
    [Action].flat()[0]!.startsWith('dynamodb:'),
  );
  for (const { Condition, Resource } of tables) {
    if (readable(Resource) === 'Jobs/index/due') continue;
    const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [];
    expect(keys).not.toEqual([]);
    for (const key of keys) expect(key).toMatch(/^(?:[a-z-]+#\*|clock|deployment)$/);
  }
});

test('what a role may do fits into what IAM takes of it', () => {
  // Ten thousand characters and a bit for all inline policies of a role, white space left out; names are longer here.
  for (const name of FUNCTION_NAMES) {
    expect(JSON.stringify(statementsOf(name)).length).toBeLessThan(10_240);
  }
});

test('no statement of any role names an action or a resource with a star, but for objects of the bucket', () => {
  const statements = FUNCTION_NAMES.flatMap(statementsOf);
  for (const { Action, Resource, Effect } of statements) {
    expect(Effect).toBe('Allow');
    expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
    expect(
      [Resource]
        .flat()
        .map(readable)
        .filter((name) => name.includes('*') && !/^Files\/(?:exports|temporary|codes|logos)\/\*$/.test(name)),
    ).toEqual([]);
  }
});

test('no variable names a distribution, which would close a circle', () => {
  const distributions = resourcesOf(service, 'AWS::CloudFront::Distribution').map(([id]) => id);
  for (const [, { Properties }] of resourcesOf(service, 'AWS::Lambda::Function')) {
    for (const id of distributions) expect(JSON.stringify(Properties)).not.toContain(id);
  }
});
