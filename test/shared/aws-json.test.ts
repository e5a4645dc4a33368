import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import { awsJson, type JsonOptions } from '#shared/aws-json.ts';
import { itemFinder } from '#shared/dynamodb/find-item.dynamodb.ts';
import { signedCalls } from '#shared/dynamodb/signed-calls.dynamodb.ts';
import { openTables } from '#test/support/resources.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A service that answers the nth request with the nth answer, and all that follow with the last. */
async function openService(
  answers: Answer[],
  options: Partial<JsonOptions> = {},
  { address = '127.0.0.1', path = '/' } = {},
) {
  const requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    requests.push({ path: request.url!, headers: request.headers, body });
    (answers[requests.length - 1] ?? answers.at(-1)!)(request, response, body);
  });
  await new Promise<void>((listening) => server.listen(0, address, listening));
  servers.push(server);
  const host = address.includes(':') ? `[${address}]` : address;
  const endpoint = new URL(`http://${host}:${(server.address() as AddressInfo).port}${path}`);
  const call = awsJson(
    { name: 'dynamodb', target: 'DynamoDB_20120810', endpoint },
    { timeoutMs: 5_000, attempts: 1, now: Date.now, ...options },
  );
  return { call, requests };
}

/** Node's hashes in the form that the signer takes. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, headers).end(JSON.stringify(body));
const hangUp: Answer = (request) => void request.socket.destroy();
const silence: Answer = () => undefined;
const refusal = (name: string, more: object = {}) =>
  json(400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no', ...more });

test('what is sent carries the signature that AWS computes itself', async () => {
  const { call, requests } = await openService([json(200, { ok: true })]);
  expect(await call('GetItem', { TableName: 'Größe' })).toEqual({ ok: true });
  const [{ headers, body }] = requests as [(typeof requests)[0]];
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
  });
  expect(body).toBe('{"TableName":"Größe"}');
  const { authorization = '', ...others } = headers as Record<string, string>;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)![1]!.split(';');
  expect(names).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-target']));
  const signer = new SignatureV4({
    service: 'dynamodb',
    region: process.env.AWS_REGION!,
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
      ...(process.env.AWS_SESSION_TOKEN ? { sessionToken: process.env.AWS_SESSION_TOKEN } : {}),
    },
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const again = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'unused',
      path: '/',
      headers: Object.fromEntries(names.map((name) => [name, others[name]!])),
      body,
    },
    { signingDate: dateOf(others['x-amz-date']!) },
  );
  const signatureOf = (value: string) => /Signature=(\w+)/.exec(value)![1];
  expect(signatureOf(authorization)).toBe(signatureOf(again.headers.authorization!));
});

/** 20261128T023000Z */
const dateOf = (text: string): Date =>
  new Date(text.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));

test('a refusal has the name that the service gives it, and is not asked for again', async () => {
  const { call, requests } = await openService([refusal('ConditionalCheckFailedException')], { attempts: 3 });
  await expect(call('PutItem', {})).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    message: 'no',
    statusCode: 400,
  });
  expect(requests).toHaveLength(1);
});

test('a canceled transaction says why, for each of its items', async () => {
  const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }];
  const { call } = await openService([refusal('TransactionCanceledException', { CancellationReasons })]);
  await expect(call('TransactWriteItems', {})).rejects.toMatchObject({ CancellationReasons });
});

test.each<[string, Answer]>([
  ['a failure of the service', json(500, { __type: 'InternalServerError' })],
  ['throttling', refusal('ProvisionedThroughputExceededException')],
  ['a page of something in between', (_, response) => void response.writeHead(503).end('<html>')],
  ['a connection that ends', hangUp],
  [
    'an answer that breaks off',
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":');
      setImmediate(() => request.socket.destroy());
    },
  ],
])('after %s it is asked again, as often as is allowed', async (_what, failing) => {
  const twice = await openService([failing, json(200, { ok: true })], { attempts: 2 });
  expect(await twice.call('GetItem', {})).toEqual({ ok: true });
  expect(twice.requests).toHaveLength(2);
  const once = await openService([failing, json(200, { ok: true })], { attempts: 1 });
  await expect(once.call('GetItem', {})).rejects.toThrow();
  expect(once.requests).toHaveLength(1);
});

test('an answer that is no JSON is an error, also with a good status', async () => {
  const { call } = await openService([(_, response) => void response.end('fine')]);
  await expect(call('GetItem', {})).rejects.toMatchObject({ name: 'UnknownError' });
});

test('one attempt takes no longer than it may', async () => {
  const { call } = await openService([silence], { timeoutMs: 50 });
  await expect(call('GetItem', {})).rejects.toMatchObject({ name: expect.stringMatching(/Abort|Timeout/) });
});

test('who gives up is not asked on behalf of again', async () => {
  const { call, requests } = await openService([silence], { attempts: 5 });
  const abortSignal = AbortSignal.timeout(50);
  await expect(call('GetItem', {}, { abortSignal })).rejects.toMatchObject({
    name: expect.stringMatching(/Abort|Timeout/),
  });
  expect(requests).toHaveLength(1);
});

test('every answer tells its date, a refusal too', async () => {
  const dates: number[] = [];
  const date = 'Sat, 28 Nov 2026 02:30:00 GMT';
  const { call } = await openService([json(200, {}, { date }), json(400, {}, { date })], {
    onAnswer: ({ dateMs, sentAtMs, receivedAtMs }) => dates.push(dateMs, receivedAtMs - sentAtMs),
  });
  await call('GetItem', {});
  await call('GetItem', {}).catch(() => undefined);
  expect(dates.filter((_, n) => n % 2 === 0)).toEqual([Date.parse(date), Date.parse(date)]);
  expect(dates.filter((_, n) => n % 2 === 1).every((ms) => ms >= 0 && ms < 60_000)).toBe(true);
});

test('bytes come back as they were put, and names of types are no types', async () => {
  const { links: table } = await openTables();
  const call = signedCalls({ timeoutMs: 5_000, attempts: 1, now: Date.now });
  const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
  const key = { pk: { S: 'a' }, sk: { S: 'b' } };
  const Item = { ...key, bytes: { B: bytes }, B: { S: 'text' }, map: { M: { B: { B: bytes.slice(0, 3) } } } };
  await call('PutItem', { TableName: table, Item });
  expect(await itemFinder(call, table)({ pk: 'a', sk: 'b' })).toEqual({
    pk: 'a',
    sk: 'b',
    bytes: Buffer.from(bytes),
    B: 'text',
    map: { B: Buffer.from(bytes.slice(0, 3)) },
  });
  expect(await itemFinder(call, table)({ pk: 'a', sk: 'none' })).toBeUndefined();
});

test.each([
  ['/', '/'],
  ['/tables', '/tables/'],
  ['/tables/', '/tables/'],
])('an endpoint with the path %s is called there, as by the SDK', async (path, called) => {
  const { call, requests } = await openService([json(200, { ok: true })], {}, { path });
  await call('GetItem', {});
  expect(requests).toMatchObject([{ path: called }]);
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
(hasIpv6 ? test : test.skip)('an endpoint may be an IPv6 address', async () => {
  const { call } = await openService([json(200, { ok: true })], {}, { address: '::1' });
  expect(await call('GetItem', {})).toEqual({ ok: true });
});
