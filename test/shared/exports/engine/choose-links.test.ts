import { chooseLinks } from '#shared/exports/engine/choose-links.ts';
import { linkSet, linksIn } from '#shared/exports/engine/frozen-links.ts';
import { packIds } from '#shared/exports/jobs/id-set.ts';
import { claimPlan } from '#shared/exports/jobs/steps/claims.ts';
import { LOST } from '#shared/exports/jobs/steps/step.ts';
import { CHECKPOINT_MS, MAX_CHOSEN } from '#shared/exports/jobs/timings.ts';
import { newUuid } from '#shared/ids.ts';
import { openExports, SMALL } from '#test/support/exports.ts';

/** An engine whose job was claimed to be planned. */
async function claimed(pieceIds = SMALL.pieceIds) {
  const engine = openExports({}, { sizes: { ...SMALL, pieceIds } });
  const { job } = await engine.accept('analytics', { date_from: '2026-04-01', date_to: '2026-04-02' });
  const claim = async () => {
    const stored = await engine.find(job);
    const taken = claimPlan({ ...stored, leaseUntilMs: 0 }, { worker: 'w', nowMs: engine.clock.ms });
    if (taken.outcome !== 'claimed') throw new Error(taken.outcome);
    await engine.jobs.write([taken.record], newUuid());
    return engine.find(job);
  };
  return { ...engine, claim, untilMs: engine.clock.ms + 1e9 };
}

/** Batches of ids, the clock moved on by each. */
async function* batchesOf(ids: readonly string[], size: number, tick: () => void, from = 0) {
  for (let at = from; at < ids.length; at += size) {
    tick();
    yield { ids: ids.slice(at, at + size), cursor: String(at + size) };
  }
}

const ids = Array.from({ length: 30 }, newUuid).toReversed();
const whole = { fromId: 0, toId: 30 };

test('however often they are saved, pieces are full but for the last, and in order', async () => {
  const { claim, clock, tools, files, untilMs } = await claimed();
  const tick = () => {
    clock.ms += CHECKPOINT_MS;
  };
  const job = await claim();
  const frozen = await chooseLinks(
    job,
    batchesOf(ids, 3, tick),
    { ...tools, sizes: { ...tools.sizes, pieceIds: 12 } },
    clock.ms + 1e9,
  );
  expect(frozen).toBe('handed on');
  const later = await claim();
  expect(later.choosing!.pieces.reduce((sum, { count }) => sum + count, 0)).toBe(
    Number(later.choosing!.cursor),
  );
  const from = Number(later.choosing!.cursor);
  const done = await chooseLinks(
    later,
    batchesOf(ids, 3, () => undefined, from),
    { ...tools, sizes: { ...tools.sizes, pieceIds: 12 } },
    untilMs,
  );
  if (done === null || typeof done === 'string' || !('pieces' in done)) throw new Error('no pieces');
  expect(done.pieces.map(({ count }) => count)).toEqual([12, 12, 6]);
  expect(await linksIn(done, whole, files)).toEqual(ids);
  expect(await linksIn(done, { fromId: 10, toId: 26 }, files)).toEqual(ids.slice(10, 26));
  const set = await linkSet(done, files);
  expect(ids.every((id) => set!.has(id))).toBe(true);
});

test('few ids stay in the record, as they came', async () => {
  const { claim, tools, files, untilMs } = await claimed(1_000);
  const frozen = await chooseLinks(
    await claim(),
    batchesOf(ids, 7, () => undefined),
    tools,
    untilMs,
  );
  if (frozen === null || typeof frozen === 'string' || !('inline' in frozen)) throw new Error('not inline');
  expect(await linksIn(frozen, whole, files)).toEqual(ids);
  expect(files.objects.size).toBe(0);
});

test('whoever has lost the job is told, and changes nothing', async () => {
  const { claim, tools, untilMs, find } = await claimed();
  const slow = await claim();
  await claim();
  const before = await find(slow);
  expect(
    await chooseLinks(
      slow,
      batchesOf(ids, 10, () => undefined),
      tools,
      untilMs,
    ),
  ).toBe(LOST);
  expect(await find(slow)).toEqual(before);
});

test('a filter that takes more links than a worker can hold fails in words', async () => {
  const { claim, tools, untilMs } = await claimed();
  const job = await claim();
  const pieces = [{ key: 'k', count: MAX_CHOSEN }];
  await expect(
    chooseLinks(
      { ...job, choosing: { cursor: '', pieces } },
      batchesOf(ids, 10, () => undefined),
      tools,
      untilMs,
    ),
  ).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('more than 10000000 links'),
  });
});

test('pieces of a version that made them smaller all stay', async () => {
  const { claim, tools, files, untilMs } = await claimed();
  const job = await claim();
  const pieces = [ids.slice(0, 8), ids.slice(8, 16), ids.slice(16, 20)].map((some, n) => ({
    key: `before-${n}`,
    count: some.length,
    packed: packIds(some),
  }));
  for (const { key, packed } of pieces) await files.put(key, packed);
  const choosing = { cursor: '20', pieces: pieces.map(({ key, count }) => ({ key, count })) };
  const larger = { ...tools, sizes: { ...tools.sizes, pieceIds: 12 } };
  const frozen = await chooseLinks(
    { ...job, choosing },
    batchesOf(ids, 5, () => undefined, 20),
    larger,
    untilMs,
  );
  if (frozen === null || typeof frozen === 'string') throw new Error('not chosen');
  expect(await linksIn(frozen, whole, files)).toEqual(ids);
});
