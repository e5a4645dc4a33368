import { sdkCalls } from '#shared/dynamodb/sdk-calls.dynamodb.ts';
import { signedCalls } from '#shared/dynamodb/signed-calls.dynamodb.ts';
import { dynamodbRateLimiter } from '#shared/workspaces/rate-limit.dynamodb.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import { openDynamoDb } from '#test/support/aws-clients.ts';
import { memoryRateLimiter } from '#test/support/memory/rate-limit.ts';
import { openTables } from '#test/support/resources.ts';

const LIMITERS: [string, () => Promise<RateLimiter>][] = [
  ['in memory', async () => memoryRateLimiter()],
  [
    'in DynamoDB, by the SDK',
    async () => dynamodbRateLimiter(sdkCalls(openDynamoDb()), (await openTables()).workspaces),
  ],
  [
    'in DynamoDB, without the SDK',
    async () =>
      dynamodbRateLimiter(
        signedCalls({ timeoutMs: 5_000, attempts: 1, now: Date.now }),
        (await openTables()).workspaces,
      ),
  ],
];

// In the future, so that no TTL sweep takes the counters away.
const minute = Date.UTC(2100, 0, 1, 12, 30);

describe.each(LIMITERS)('the rate limiter %s', (_name, open) => {
  let limiter: RateLimiter;
  const take = (nowMs: number, over: object = {}) =>
    limiter.take({ scope: 'requests', key: 'k1', limit: 2, ...over }, nowMs);

  beforeEach(async () => {
    limiter = await open();
  });

  test('allows the limit in a window and refuses what is beyond', async () => {
    expect(await take(minute)).toEqual({ allowed: true, limit: 2, remaining: 1, resetSeconds: 60 });
    expect(await take(minute + 30_500)).toEqual({ allowed: true, limit: 2, remaining: 0, resetSeconds: 30 });
    expect(await take(minute + 59_999)).toEqual({ allowed: false, limit: 2, remaining: 0, resetSeconds: 1 });
  });

  test('begins anew with the next window', async () => {
    await take(minute + 59_000, { limit: 1 });
    expect((await take(minute + 59_999, { limit: 1 })).allowed).toBe(false);
    expect((await take(minute + 60_000, { limit: 1 })).allowed).toBe(true);
  });

  test('counts each scope and each key for itself', async () => {
    await take(minute, { limit: 1 });
    expect((await take(minute, { limit: 1, key: 'k2' })).allowed).toBe(true);
    expect((await take(minute, { limit: 1, scope: 'password' })).allowed).toBe(true);
  });

  test('takes windows of another length', async () => {
    const tries = { limit: 1, windowSeconds: 3_600, scope: 'password' };
    expect((await take(minute, tries)).resetSeconds).toBe(1_800);
    expect((await take(minute + 1_799_000, tries)).allowed).toBe(false);
    expect((await take(minute + 1_800_000, tries)).allowed).toBe(true);
  });

  test('lets exactly the limit through when all come at once', async () => {
    const uses = await Promise.all(Array.from({ length: 30 }, () => take(minute, { limit: 20 })));
    expect(uses.filter((use) => use.allowed)).toHaveLength(20);
  });
});
