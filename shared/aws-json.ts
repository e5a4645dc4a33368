import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { urlToHttpOptions } from 'node:url';
import { sign } from 'aws4';
import { isPassing } from './passing.ts';
import { retry } from './retry.ts';

/** A service that speaks AWS's JSON protocol. */
export type JsonService = {
  /** As signatures name it: `dynamodb`, `sqs`. */
  name: string;
  /** What stands before an operation's name: `DynamoDB_20120810`, `AmazonSQS`. */
  target: string;
  endpoint: URL;
};

export type JsonOptions = {
  /** The longest that one attempt may take, ms. */
  timeoutMs: number;
  attempts: number;
  now(): number;
  /** Told of every answer that has a `Date`, refusals too; times in ms. */
  onAnswer?(answer: { sentAtMs: number; receivedAtMs: number; dateMs: number }): void;
};

/** Calls an operation of a service. @throws AwsError when it refuses, whatever the connection failed with otherwise */
export type CallJson = <Output>(
  operation: string,
  input: object,
  options?: { abortSignal?: AbortSignal | undefined },
) => Promise<Output>;

/** A refusal. `name` is the service's own, such as `ConditionalCheckFailedException`, as the SDK would give it. */
export class AwsError extends Error {
  readonly statusCode: number;
  /** Of a canceled transaction: why, for each of its items. */
  readonly CancellationReasons: { Code?: string }[] | undefined;

  constructor(statusCode: number, body: Refusal) {
    super(body.message ?? body.Message ?? `status ${statusCode}`);
    this.name = body.__type?.split('#').at(-1) ?? 'UnknownError';
    this.statusCode = statusCode;
    this.CancellationReasons = body.CancellationReasons;
  }
}

type Refusal = {
  __type?: string;
  message?: string;
  Message?: string;
  CancellationReasons?: { Code?: string }[];
};

const REGION = () => process.env.AWS_REGION ?? '';

/** An endpoint of the region, unless `AWS_ENDPOINT_URL_…` names another one. */
export const serviceEndpoint = (name: 'dynamodb' | 'sqs'): URL =>
  new URL(
    process.env[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] ??
      `https://${name}.${REGION()}.amazonaws.com${REGION().startsWith('cn-') ? '.cn' : ''}`,
  );

/**
 * A client of one service without the SDK, for a function that must start fast: Node sends what `aws4` signs, with
 * the credentials that the function's environment has. Connections stay open.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function awsJson(service: JsonService, options: JsonOptions): CallJson {
  // Not by an import, which would load all that is exported, and with it a WebSocket client: half of a start's time.
  const { Agent, request: send } =
    service.endpoint.protocol === 'http:' ? process.getBuiltinModule('node:http') : https;
  const agent = new Agent({ keepAlive: true });

  const attempt = (operation: string, body: string, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { method, path, headers } = signed(service, operation, body);
      const { protocol, hostname, port } = urlToHttpOptions(service.endpoint);
      const request = send({ protocol, hostname, port, method, path, headers, agent, signal }, resolve);
      request.once('error', reject).end(body);
    });

  return async <Output>(
    operation: string,
    input: object,
    { abortSignal }: { abortSignal?: AbortSignal | undefined } = {},
  ) => {
    const body = JSON.stringify(input, base64);
    const once = async () => {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const signal = abortSignal ? AbortSignal.any([abortSignal, timeout]) : timeout;
      const sentAtMs = options.now();
      const response = await attempt(operation, body, signal);
      const answer = await text(response);
      const dateMs = Date.parse(response.headers.date ?? '');
      if (!Number.isNaN(dateMs)) options.onAnswer?.({ sentAtMs, receivedAtMs: options.now(), dateMs });
      return read<Output>(response.statusCode ?? 0, answer);
    };
    const passes = (error: unknown) => !abortSignal?.aborted && isPassing(error);
    return retry(once, passes, { attempts: options.attempts });
  };
}

function signed({ name, target, endpoint }: JsonService, operation: string, body: string) {
  const headers = {
    host: endpoint.host,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `${target}.${operation}`,
  };
  const path = `${endpoint.pathname.replace(/\/$/, '')}/`;
  const request = { service: name, region: REGION(), method: 'POST', path, headers, body };
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return sign(request, {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  });
}

function read<Output>(statusCode: number, answer: string): Output {
  const body = parse(answer);
  if (statusCode === 200 && body !== undefined) return body as Output;
  throw new AwsError(statusCode, (body ?? {}) as Refusal);
}

/** Something in between may answer for the service, and not in its words. */
function parse(answer: string): unknown {
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    return undefined;
  }
}

/** Bytes travel as base64. A Buffer has a toJSON of its own, which comes first. */
function base64(this: unknown, name: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[name];
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
}
