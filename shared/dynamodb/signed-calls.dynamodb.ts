import { awsJson, type JsonOptions, serviceEndpoint } from '../aws-json.ts';
import type { CallItems } from './call-items.ts';

/** Operations on items without the SDK. @see awsJson */
export function signedCalls(options: JsonOptions): CallItems {
  const service = { name: 'dynamodb', target: 'DynamoDB_20120810', endpoint: serviceEndpoint('dynamodb') };
  const call = awsJson(service, options);
  return async (operation, input, more) => withBytes(await call<object>(operation, input, more)) as never;
}

/** Attribute values of bytes come as base64. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'B' && typeof member === 'string' ? Buffer.from(member, 'base64') : withBytes(member),
    ]),
  );
}
