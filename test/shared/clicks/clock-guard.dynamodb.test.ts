import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { type CannedAnswer, openCannedDynamodb } from '#test/support/canned-dynamodb.ts';

const dated = (offsetMs: number, answer: Omit<CannedAnswer, 'headers'> = { body: {} }): CannedAnswer => ({
  ...answer,
  headers: { date: new Date(Date.now() + offsetMs).toUTCString() },
});

let close = async () => {};
afterEach(() => close());

async function guardOver(answer: () => CannedAnswer) {
  const server = await openCannedDynamodb(answer, { maxAttempts: 1 });
  close = server.close;
  return { ...server, guard: watchedClock(server.client, 'Clicks', horizonOf(60), Date.now) };
}

test.each([-60_000, 60_000])('a database whose clock is %i ms off is not written to', async (offsetMs) => {
  const { guard } = await guardOver(() => dated(offsetMs));
  await expect(guard.check()).rejects.toThrow(/the clock is \d+ ms from the database's; at most 10000/);
});

test('a database of the same time is', async () => {
  const { guard, requests } = await guardOver(() => dated(0));
  await guard.check();
  await guard.check();
  expect(requests.map(({ operation }) => operation)).toEqual(['GetItem']);
});

test('one that denies the reading of its table tells its time all the same', async () => {
  const denied = { status: 400, body: { __type: 'AccessDeniedException' } };
  const { guard } = await guardOver(() => dated(0, denied));
  await expect(guard.check()).resolves.toBeUndefined();
});

test('one that tells no time is not written to', async () => {
  const { guard } = await guardOver(() => ({ body: {}, headers: { date: 'soon' } }));
  await expect(guard.check()).rejects.toThrow('does not tell its time');
});
