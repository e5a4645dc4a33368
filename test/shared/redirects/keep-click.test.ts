import type { Click } from '#shared/clicks/click.ts';
import { type ClickKeeper, clickKeeper } from '#shared/redirects/keep-click.ts';

const click = { clickId: '01HXYZ0000000000000000000A' } as Click;
const fails = () => Promise.reject(new Error('it is down'));
const works = () => Promise.resolve();
const hangs = (_: Click, signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** Two ways of 20 ms each, at the instant 1,000. */
function openWays(...keeps: ClickKeeper['keep'][]) {
  const log: string[] = [];
  const ways = keeps.map((keep, n) => ({
    name: `way ${n}`,
    timeoutMs: 20,
    keep: (kept: Click, signal: AbortSignal) => {
      log.push(`way ${n}`);
      return keep(kept, signal);
    },
  }));
  const keep = clickKeeper({
    ways,
    now: () => 1_000,
    journal: ({ clickId }) => log.push(`journal ${clickId}`),
    onFailure: (way, error) => log.push(`${way}: ${(error as Error).message}`),
  });
  return { log, keep: (untilMs = 2_000) => keep(click, untilMs) };
}

test('with every way down the click goes into the journal, and the visitor still gets an answer', async () => {
  const { log, keep } = openWays(fails, fails);
  await expect(keep()).resolves.toBeUndefined();
  expect(log).toEqual([
    'way 0',
    'way 0: it is down',
    'way 1',
    'way 1: it is down',
    `journal ${click.clickId}`,
  ]);
});

test('a way that hangs is given up for the next one', async () => {
  const { log, keep } = openWays(hangs, works);
  await keep();
  expect(log).toEqual(['way 0', 'way 0: the way 0 did not answer within 20 ms', 'way 1']);
});

test('a visitor who has to be answered sooner does not wait as long', async () => {
  const { log, keep } = openWays(hangs, works);
  await keep(1_005);
  expect(log[1]).toBe('way 0: the way 0 did not answer within 5 ms');
});

test('when the time is up already, the journal alone is quick enough', async () => {
  const { log, keep } = openWays(works, works);
  await keep(1_000);
  expect(log).toEqual([`journal ${click.clickId}`]);
});

test('when the first way fails the next one is enough', async () => {
  const { log, keep } = openWays(fails, works);
  await keep();
  expect(log).toEqual(['way 0', 'way 0: it is down', 'way 1']);
});

test('a way that works is the only one', async () => {
  const { log, keep } = openWays(works, works);
  await keep();
  expect(log).toEqual(['way 0']);
});
