import type { Click } from '#shared/clicks/click.ts';
import { clickKeeper } from '#shared/redirects/keep-click.ts';

const click = { clickId: '01HXYZ0000000000000000000A' } as Click;

function openWays(...fails: boolean[]) {
  const log: string[] = [];
  const keep = clickKeeper({
    ways: fails.map((failing, n) => ({
      name: `way ${n}`,
      keep: async () => {
        log.push(`way ${n}`);
        if (failing) throw new Error(`way ${n} is down`);
      },
    })),
    journal: ({ clickId }) => log.push(`journal ${clickId}`),
    onFailure: (way, error) => log.push(`${way}: ${(error as Error).message}`),
  });
  return { log, keep: () => keep(click) };
}

test('with every way down the click goes into the journal, and the visitor still gets an answer', async () => {
  const { log, keep } = openWays(true, true);
  await expect(keep()).resolves.toBeUndefined();
  expect(log).toEqual([
    'way 0',
    'way 0: way 0 is down',
    'way 1',
    'way 1: way 1 is down',
    `journal ${click.clickId}`,
  ]);
});

test('when the first way fails the next one is enough', async () => {
  const { log, keep } = openWays(true, false);
  await keep();
  expect(log).toEqual(['way 0', 'way 0: way 0 is down', 'way 1']);
});

test('a way that works is the only one', async () => {
  const { log, keep } = openWays(false, false);
  await keep();
  expect(log).toEqual(['way 0']);
});
