import { horizonOf } from '#shared/clicks/horizon.ts';
import { journalLine } from '#shared/clicks/journal.ts';
import { OpenDays } from '#shared/clicks/record/record-click.ts';
import { replay } from '#shared/clicks/replay.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { openMemoryClicks } from '#test/support/recorded-clicks.ts';

const MADE_MS = Date.UTC(2026, 3, 12);
const click = aClick({ atMs: MADE_MS });

async function* linesOf(...lines: string[]) {
  yield* lines;
}

function world(nowMs = MADE_MS + 3_600_000) {
  const stores = openMemoryClicks();
  const waits: number[] = [];
  const tools = {
    store: { ...stores.store },
    guard: { check: async () => undefined },
    horizon: horizonOf(60),
    findPlan: async () => PLANS.free,
    openDays: new OpenDays(),
    now: () => nowMs,
  };
  const run = (...lines: string[]) => replay(linesOf(...lines), tools, async (ms) => void waits.push(ms));
  return { stores, tools, waits, run };
}

const NONE = { on_time: 0, late: 0, already_there: 0, beyond_retention: 0 };

test('other lines of a log are passed over', async () => {
  const { run } = world();
  expect(await run('', 'START RequestId: 1', '{"level":"INFO"}')).toEqual({ counts: NONE, failed: [] });
});

test('a journal line is recorded late, once however often it is replayed', async () => {
  const { run, stores } = world();
  const line = `2026-04-12T00:00:00.000Z\t${journalLine(click, MADE_MS)}`;
  expect(await run(line, line)).toEqual({ counts: { ...NONE, late: 1, already_there: 1 }, failed: [] });
  expect(await stores.store.find(click.workspaceId, click.clickId)).toMatchObject({ ...click, late: true });
});

test('a click beyond retention is refused', async () => {
  const { run, stores } = world(MADE_MS + 8 * 86_400_000);
  expect((await run(journalLine(click, MADE_MS))).counts).toEqual({ ...NONE, beyond_retention: 1 });
  expect(await stores.store.find(click.workspaceId, click.clickId)).toBeUndefined();
});

test('a line that was cut off is reported, and those after it are recorded', async () => {
  const { run } = world();
  const line = journalLine(click, MADE_MS);
  const { counts, failed } = await run(line.slice(0, 200), line);
  expect(counts.late).toBe(1);
  expect(failed.map((failure) => failure.line)).toEqual([line.slice(0, 200)]);
});

test('a write that fails is tried again for a while, then reported', async () => {
  const { run, tools, waits } = world();
  const { record } = tools.store;
  let failures = 2;
  tools.store.record = async (one, options) => {
    failures -= 1;
    if (failures >= 0) throw new Error('throttled');
    return record(one, options);
  };
  expect((await run(journalLine(click, MADE_MS))).counts.late).toBe(1);
  expect(waits).toEqual([1_000, 2_000]);
  failures = 99;
  expect((await run(journalLine(aClick({ atMs: MADE_MS }), MADE_MS))).failed).toHaveLength(1);
});
