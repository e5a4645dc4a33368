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

type Statement = { Action: string | string[]; Resource: unknown; Effect: string; Condition?: unknown };

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

/** What a statement allows, in a line: `GetItem BatchGetItem Query on Links`. */
const inWords = ({ Action, Resource, Condition }: Statement): string =>
  [
    [Action]
      .flat()
      .map((action) => action.replace(/^(dynamodb|s3|sqs|logs):/, ''))
      .join(' '),
    `on ${readable(Resource)}`,
    ...(Condition ? [`if ${JSON.stringify(Condition)}`] : []),
  ].join(' ');

const READ = 'GetItem BatchGetItem Query';
const WRITE = 'PutItem UpdateItem ConditionCheckItem';
const ALL_OF = 'PutItem UpdateItem ConditionCheckItem DeleteItem';
const below = (prefix: string): string =>
  `if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["${prefix}*"]}}`;
const reads = (table: string): string[] => [`${READ} on ${table}`];
const readsAndWrites = (table: string): string[] => [`${READ} on ${table}`, `${ALL_OF} on ${table}`];
const FILES = [
  'ListBucket on Files',
  'GetObject on Files/*',
  'ListBucketMultipartUploads on Files',
  'PutObject DeleteObject AbortMultipartUpload ListMultipartUploadParts on Files/*',
];
const RECEIVE = 'ReceiveMessage ChangeMessageVisibility GetQueueUrl DeleteMessage GetQueueAttributes';

/** Beside its own log: everything a function may do. */
const MAY: Record<FunctionName, string[]> = {
  api: [
    ...readsAndWrites('Workspaces'),
    ...readsAndWrites('Links'),
    ...readsAndWrites('Clicks'),
    ...readsAndWrites('Jobs'),
    ...FILES,
    'SendMessage on ExportsQueueWaiting',
  ],
  stream: [
    ...reads('Workspaces'),
    `${WRITE} on Workspaces ${below('limit#')}`,
    ...reads('Links'),
    ...reads('Clicks'),
  ],
  redirect: [
    ...reads('Workspaces'),
    `${WRITE} on Workspaces ${below('limit#')}`,
    ...reads('Links'),
    `${WRITE} on Clicks`,
    'SendMessage on ClicksQueueWaiting',
  ],
  clicks: [...readsAndWrites('Clicks'), ...reads('Workspaces'), `${RECEIVE} on ClicksQueueWaiting`],
  exports: [
    ...reads('Links'),
    ...reads('Clicks'),
    ...reads('Workspaces'),
    ...readsAndWrites('Jobs'),
    ...FILES,
    'SendMessage on ExportsQueueWaiting',
    `${RECEIVE} on ExportsQueueWaiting`,
  ],
  'roll-ups': [
    ...readsAndWrites('Clicks'),
    ...reads('Workspaces'),
    `${WRITE} on Workspaces ${below('workspace#')}`,
    ...reads('Links'),
    `${RECEIVE} on RollUpsQueueWaiting`,
  ],
  'dead-letters': [
    ...readsAndWrites('Jobs'),
    ...readsAndWrites('Clicks'),
    ...reads('Workspaces'),
    'SendMessage on ClicksQueueWaiting',
    'SendMessage on ExportsQueueWaiting',
    `${RECEIVE} on ClicksQueueDeadLetters`,
    `${RECEIVE} on ExportsQueueDeadLetters`,
    `${RECEIVE} on RollUpsQueueDeadLetters`,
  ],
  sweep: [
    `${READ} on Jobs`,
    'Query on Jobs/index/due',
    `${ALL_OF} on Jobs`,
    ...FILES,
    'SendMessage on ExportsQueueWaiting',
  ],
  'schedule-roll-ups': [...reads('Workspaces'), ...reads('Clicks'), 'SendMessage on RollUpsQueueWaiting'],
};

const TABLES = {
  WORKSPACES_TABLE: 'Workspaces',
  LINKS_TABLE: 'Links',
  CLICKS_TABLE: 'Clicks',
  JOBS_TABLE: 'Jobs',
};
const EDGE_SECRET = '{{resolve:secretsmanager:EdgeSecret:SecretString:::}}';

const pick = (...names: (keyof typeof TABLES)[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, TABLES[name]]));

/** Beside the variables of powertools and Node: every variable of a function. */
const KNOWS: Record<FunctionName, Record<string, string>> = {
  api: {
    ...TABLES,
    FILES_BUCKET: 'Files',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
    EDGE_SECRET,
    SHORT_ORIGIN: 'ShortOrigin',
    HORIZON_SECONDS: 'HorizonSeconds',
    SESSION_ISSUER: 'SessionIssuer',
    SESSION_JWKS_URL: 'SessionJwksUrl',
    SESSION_AUDIENCE: 'SessionAudience',
  },
  stream: {
    ...pick('WORKSPACES_TABLE', 'LINKS_TABLE', 'CLICKS_TABLE'),
    EDGE_SECRET,
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  redirect: {
    ...pick('WORKSPACES_TABLE', 'LINKS_TABLE', 'CLICKS_TABLE'),
    CLICKS_QUEUE_URL: 'ClicksQueueWaiting',
    EDGE_SECRET,
  },
  clicks: { ...pick('CLICKS_TABLE', 'WORKSPACES_TABLE'), HORIZON_SECONDS: 'HorizonSeconds' },
  exports: {
    ...TABLES,
    FILES_BUCKET: 'Files',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
    SHORT_ORIGIN: 'ShortOrigin',
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  'roll-ups': {
    ...pick('CLICKS_TABLE', 'WORKSPACES_TABLE', 'LINKS_TABLE'),
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  'dead-letters': {
    ...pick('JOBS_TABLE', 'CLICKS_TABLE', 'WORKSPACES_TABLE'),
    CLICKS_QUEUE_URL: 'ClicksQueueWaiting',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
    HORIZON_SECONDS: 'HorizonSeconds',
  },
  sweep: {
    JOBS_TABLE: 'Jobs',
    FILES_BUCKET: 'Files',
    EXPORTS_QUEUE_URL: 'ExportsQueueWaiting',
    HORIZON_SECONDS: 'HorizonSeconds',
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
    const [log, ...others] = statementsOf(name).map(inWords);
    expect(log).toMatch(/^CreateLogStream PutLogEvents on [A-Za-z]+Log$/);
    expect(others.toSorted()).toEqual(MAY[name].toSorted());
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
