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
  Condition?: Record<string, Record<string, string[]>>;
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

/** What a function may do, by what it may do it to, however the statements are cut. */
function rightsOf(name: FunctionName): Record<string, string> {
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource, Condition } of statementsOf(name)) {
    for (const resource of [Resource].flat()) {
      const leadingKeys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      const target = [readable(resource), ...(Condition ? ['below', leadingKeys] : [])].join(' ');
      rights[target] = [...(rights[target] ?? []), ...[Action].flat().map((action) => action.split(':')[1]!)];
    }
  }
  return Object.fromEntries(
    Object.entries(rights).map(([target, actions]) => [target, actions.toSorted().join(' ')]),
  );
}

const LOG = 'CreateLogStream PutLogEvents';
const READ = 'BatchGetItem GetItem Query';
const WRITE = 'ConditionCheckItem PutItem UpdateItem';
const READ_AND_WRITE = 'BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem';
const ALL = 'BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem';
const RECEIVE = 'ChangeMessageVisibility DeleteMessage GetQueueAttributes GetQueueUrl ReceiveMessage';
const FILES = {
  Files: 'ListBucket ListBucketMultipartUploads',
  'Files/*': 'AbortMultipartUpload DeleteObject GetObject ListMultipartUploadParts PutObject',
};

/** Everything that a function may do. */
const MAY: Record<FunctionName, Record<string, string>> = {
  api: {
    ProductApiFunctionLog: LOG,
    Workspaces: ALL,
    Links: ALL,
    Clicks: READ_AND_WRITE,
    Jobs: READ_AND_WRITE,
    ...FILES,
    ExportsQueueWaiting: 'SendMessage',
  },
  stream: {
    ProductApiStreamLog: LOG,
    Workspaces: READ,
    'Workspaces below limit#*': WRITE,
    Clicks: READ,
  },
  redirect: {
    RedirectsFunctionLog: LOG,
    Workspaces: READ,
    'Workspaces below limit#*': WRITE,
    Links: READ,
    Clicks: WRITE,
    ClicksQueueWaiting: 'SendMessage',
  },
  clicks: {
    ClicksWorkerLog: LOG,
    Clicks: READ_AND_WRITE,
    Workspaces: READ,
    ClicksQueueWaiting: RECEIVE,
  },
  exports: {
    ExportsWorkerLog: LOG,
    Links: READ,
    Clicks: READ,
    Jobs: READ_AND_WRITE,
    ...FILES,
    ExportsQueueWaiting: `${RECEIVE} SendMessage`,
  },
  'roll-ups': {
    RollUpsWorkerLog: LOG,
    Clicks: ALL,
    Workspaces: READ,
    'Workspaces below workspace#*': WRITE,
    RollUpsQueueWaiting: `${RECEIVE} SendMessage`,
  },
  'dead-letters': {
    DeadLettersReaderLog: LOG,
    Jobs: READ_AND_WRITE,
    Clicks: READ_AND_WRITE,
    Workspaces: READ,
    ExportsQueueWaiting: 'SendMessage',
    ClicksQueueDeadLetters: RECEIVE,
    ExportsQueueDeadLetters: RECEIVE,
    RollUpsQueueDeadLetters: RECEIVE,
  },
  sweep: {
    ExportsSweepLog: LOG,
    Jobs: READ_AND_WRITE,
    'Jobs/index/due': 'Query',
    ...FILES,
    ExportsQueueWaiting: 'SendMessage',
  },
  'schedule-roll-ups': {
    RollUpsSchedulerLog: LOG,
    Workspaces: READ,
    Clicks: READ,
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
    ...pick('LINKS_TABLE', 'CLICKS_TABLE', 'JOBS_TABLE'),
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
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
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

test('no statement of any role names an action or a resource with a star, but for objects of the bucket', () => {
  const statements = FUNCTION_NAMES.flatMap(statementsOf);
  for (const { Action, Resource, Effect } of statements) {
    expect(Effect).toBe('Allow');
    expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
    expect(
      [Resource]
        .flat()
        .map(readable)
        .filter((name) => name.includes('*') && name !== 'Files/*'),
    ).toEqual([]);
  }
});

test('no variable names a distribution, which would close a circle', () => {
  const distributions = resourcesOf(service, 'AWS::CloudFront::Distribution').map(([id]) => id);
  for (const [, { Properties }] of resourcesOf(service, 'AWS::Lambda::Function')) {
    for (const id of distributions) expect(JSON.stringify(Properties)).not.toContain(id);
  }
});
