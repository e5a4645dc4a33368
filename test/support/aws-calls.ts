import { ACCOUNT_ID, REGION } from '#bin/local/aws-environment.ts';

/** A request to AWS, read as far as permissions go by it. */
export type AwsRequest = {
  method: string;
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/**
 * One thing that a request does: what has to be allowed, on what. `leadingKey`: the partition key of an item of a table;
 * `attributes`: those that a request names, when it asks for them alone.
 */
export type AwsCall = { action: string; resource: string; leadingKey?: string; attributes?: string[] };

type Attributes = Record<string, { S?: string }>;
type Operation = {
  TableName: string;
  Item?: Attributes;
  Key?: Attributes;
  KeyConditionExpression?: string;
  ExpressionAttributeValues?: Attributes;
  ExpressionAttributeNames?: Record<string, string>;
  ProjectionExpression?: string;
  FilterExpression?: string;
  Select?: string;
};

/** The access key id that signed a request, and the service that it signed for. */
export function signerOf({ url, headers }: AwsRequest): { accessKeyId: string; service: string } {
  const signed = /Credential=([^,]+)/.exec(String(headers.authorization))?.[1];
  const [accessKeyId, , , service] = (signed ?? url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  return { accessKeyId: accessKeyId ?? '', service: service ?? '' };
}

/**
 * What a request does, as IAM counts it.
 * @throws Error for a request that no function is known to make
 */
export function callsOf(request: AwsRequest, service: string): AwsCall[] {
  const read = { dynamodb: dynamodbCalls, sqs: sqsCalls, s3: s3Calls }[service];
  if (!read) throw new Error(`requests to ${service || 'nobody'} are not known here`);
  return read(request);
}

const operationOf = ({ headers }: AwsRequest): string => String(headers['x-amz-target']).split('.')[1]!;

// Parts of a transaction are allowed one by one.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
const PARTS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

function dynamodbCalls(request: AwsRequest): AwsCall[] {
  const operation = operationOf(request);
  const body = JSON.parse(request.body);
  if (operation.startsWith('Transact')) {
    return body.TransactItems.flatMap((item: Record<string, Operation>) =>
      Object.entries(item).map(([part, one]) => onTable(PARTS[part]!, one)),
    );
  }
  if (operation === 'BatchGetItem') {
    return Object.entries(body.RequestItems as Record<string, { Keys: Attributes[] }>).flatMap(
      ([TableName, { Keys }]) => Keys.map((Key) => onTable(operation, { TableName, Key })),
    );
  }
  const call = onTable(operation, body);
  return [body.IndexName ? { ...call, resource: `${call.resource}/index/${body.IndexName}` } : call];
}

function onTable(action: string, operation: Operation): AwsCall {
  const { TableName, Item, Key, Select } = operation;
  const { ProjectionExpression, KeyConditionExpression, FilterExpression } = operation;
  const leadingKey = (Item ?? Key)?.pk?.S ?? queriedKey(operation);
  return {
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${TableName}`,
    ...(leadingKey === undefined ? {} : { leadingKey }),
    ...(Select === 'SPECIFIC_ATTRIBUTES' && {
      attributes: [ProjectionExpression, KeyConditionExpression, FilterExpression].flatMap((text = '') =>
        namedIn(text, operation),
      ),
    }),
  };
}

/** The partition key of a query: what `pk` is compared with. */
function queriedKey({ KeyConditionExpression = '', ...operation }: Operation): string | undefined {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = operation;
  for (const [, name, value] of KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    if ((names[name!] ?? name) === 'pk') return values[value!]?.S;
  }
  return undefined;
}

/** The attributes that an expression names. */
const namedIn = (expression: string, { ExpressionAttributeNames: names = {} }: Operation): string[] =>
  [...expression.matchAll(/(?<![:\w#])#?\w+(?!\w|\s*\()/g)]
    .map(([name]) => names[name] ?? name)
    .filter((name) => !/^(?:AND|OR|NOT|IN|BETWEEN)$/.test(name));

function sqsCalls(request: AwsRequest): AwsCall[] {
  const queue = JSON.parse(request.body).QueueUrl.split('/').at(-1);
  const action = operationOf(request).replace(/Batch$/, '');
  return [{ action: `sqs:${action}`, resource: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queue}` }];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
function s3Calls({ method, url, headers, body }: AwsRequest): AwsCall[] {
  const [, bucket, path = ''] = /^\/([^/]+)\/?(.*)$/.exec(url.pathname)!;
  const has = (name: string): boolean => url.searchParams.has(name);
  const call = (action: string, key = decodeURIComponent(path)): AwsCall => ({
    action: `s3:${action}`,
    resource: key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`,
  });
  if (path === '' && method === 'POST' && has('delete')) {
    return [...body.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => call('DeleteObject', key));
  }
  if (path === '') return [call(has('uploads') ? 'ListBucketMultipartUploads' : 'ListBucket')];
  if (method === 'DELETE') return [call(has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject')];
  if (method !== 'PUT' && method !== 'POST') {
    return [call(has('uploadId') ? 'ListMultipartUploadParts' : 'GetObject')];
  }
  const source = headers['x-amz-copy-source'];
  const copied = source
    ? [call('GetObject', decodeURIComponent(String(source)).replace(/^\/?[^/]+\//, ''))]
    : [];
  return [call('PutObject'), ...copied];
}
