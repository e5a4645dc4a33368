import { Problem } from '#shared/problem.ts';
import { linksKey } from '../files/file-keys.ts';
import { packIds, unpackIds } from '../jobs/id-set.ts';
import type { ExportJob, FrozenLinks, IdPiece } from '../jobs/job.ts';
import { choosingCheckpoint } from '../jobs/steps/plan.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { CHECKPOINT_MS, MAX_CHOSEN, SLICE_MS } from '../jobs/timings.ts';
import { carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
import type { ChosenIds } from './kind.ts';

/** So many ids stand in the job's item; more make objects. */
const INLINE_IDS = 500;

/**
 * One slice of choosing the links that a claimed job is about: they are written in pieces, with checkpoints, so that a
 * crash costs little and a filter may take as long as it takes.
 * @param batches  from where the job's choosing stands
 */
export async function chooseLinks(
  job: ExportJob,
  batches: AsyncIterable<ChosenIds>,
  tools: ExportTools,
  untilMs: number,
): Promise<FrozenLinks | 'handed on' | Lost> {
  const { sizes, now, jobs } = tools;
  const endMs = Math.min(now() + SLICE_MS, untilMs);
  const chosen = await openPieces(job, tools);
  let savedMs = now();
  for await (const { ids, cursor } of batches) {
    chosen.add(ids);
    const nowMs = now();
    const handOn = nowMs >= endMs;
    if (chosen.pending().length < sizes.pieceIds && !handOn && nowMs - savedMs < CHECKPOINT_MS) continue;
    savedMs = nowMs;
    await chosen.flush();
    const choosing = { cursor, pieces: chosen.pieces() };
    const outcome = await carryOutStep(tools, async () => {
      const current = await jobs.findJob(job.workspaceId, job.jobId);
      return choosingCheckpoint(current!, job.fence, { choosing, handOn, nowMs: now() });
    });
    if (outcome === LOST) return LOST;
    if (handOn) return 'handed on';
  }
  if (chosen.isOnlyPending() && chosen.pending().length <= INLINE_IDS)
    return { inline: new Uint8Array(packIds(chosen.pending())) };
  await chosen.flush();
  return { pieces: chosen.pieces() };
}

/**
 * The chosen ids in objects, all of them full but for the last: a short one is written anew with what follows it, so
 * that there are few of them however often they are saved.
 */
async function openPieces(job: ExportJob, { files, sizes }: ExportTools) {
  const before = job.choosing?.pieces ?? [];
  const isFull = ({ count }: IdPiece) => count >= sizes.pieceIds;
  // Whatever an earlier version called full: only the last one may go on, and none may be lost.
  let short = before.slice(-1).filter((piece) => !isFull(piece));
  let full = before.slice(0, before.length - short.length);
  let pending = short[0] ? unpackIds(await files.read(short[0].key)) : [];
  let saved = pending.length;
  let inFull = full.reduce((sum, { count }) => sum + count, 0);
  let writes = 0;

  return {
    /** What is saved. */
    pieces: (): IdPiece[] => [...full, ...short],
    /** What is in no full piece. */
    pending: (): readonly string[] => pending,
    isOnlyPending: (): boolean => full.length === 0,
    /** @throws Problem 'invalid_request' when there are too many */
    add(ids: readonly string[]): void {
      for (const id of ids) pending.push(id);
      if (inFull + pending.length > MAX_CHOSEN) throw tooMany();
    },
    async flush(): Promise<void> {
      if (pending.length === saved) return;
      const piece = { key: linksKey(job, writes++), count: pending.length };
      await files.put(piece.key, packIds(pending));
      saved = pending.length;
      short = [piece];
      if (!isFull(piece)) return;
      full = [...full, piece];
      inFull += piece.count;
      short = [];
      pending = [];
      saved = 0;
    },
  };
}

const tooMany = (): Problem =>
  new Problem(
    'invalid_request',
    `the filter takes more than ${MAX_CHOSEN} links: ask for fewer of them, or for all links without it`,
  );
