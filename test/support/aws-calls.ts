import { ACCOUNT_ID, REGION } from '#bin/local/aws-environment.ts';

/** A request to AWS, read as far as permissions go by it. */
export type AwsRequest = {
  method: string;
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/** One thing that a request does: what has to be allowed, on what. */
export type AwsCall = { action: string; resource: string; leadingKey?: string };

type Attributes = Record<string, { S?: string }>;
type Operation = { TableName: string; Item?: Attributes; Key?: Attributes };

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
  if (operation.startsWith('Batch')) {
    return Object.keys(body.RequestItems).map((TableName) => onTable(operation, { TableName }));
  }
  const call = onTable(operation, body);
  return [body.IndexName ? { ...call, resource: `${call.resource}/index/${body.IndexName}` } : call];
}

function onTable(action: string, { TableName, Item, Key }: Operation): AwsCall {
  const resource = `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${TableName}`;
  const leadingKey = (Item ?? Key)?.pk?.S;
  return { action: `dynamodb:${action}`, resource, ...(leadingKey === undefined ? {} : { leadingKey }) };
}

function sqsCalls(request: AwsRequest): AwsCall[] {
  const queue = JSON.parse(request.body).QueueUrl.split('/').at(-1);
  const action = operationOf(request).replace(/Batch$/, '');
  return [{ action: `sqs:${action}`, resource: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queue}` }];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
function s3Calls({ method, url, headers }: AwsRequest): AwsCall[] {
  const [, bucket, key = ''] = /^\/([^/]+)\/?(.*)$/.exec(url.pathname)!;
  const has = (name: string): boolean => url.searchParams.has(name);
  const call = (action: string): AwsCall => ({
    action: `s3:${action}`,
    resource: key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`,
  });
  if (key === '' && method === 'POST' && has('delete')) {
    return [{ action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/any` }];
  }
  if (key === '') return [call(has('uploads') ? 'ListBucketMultipartUploads' : 'ListBucket')];
  if (method === 'DELETE') return [call(has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject')];
  if (method !== 'PUT' && method !== 'POST') {
    return [call(has('uploadId') ? 'ListMultipartUploadParts' : 'GetObject')];
  }
  const source = headers['x-amz-copy-source'];
  const copied = source ? [{ action: 's3:GetObject', resource: `arn:aws:s3:::${source}` }] : [];
  return [call('PutObject'), ...copied];
}
