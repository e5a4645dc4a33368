import { linksKey } from '../files/file-keys.ts';
import { packIds } from '../jobs/id-set.ts';
import type { ExportJob, FrozenLinks, Segment } from '../jobs/job.ts';
import { idsOf, specOf } from '../jobs/long-lists.ts';
import { newSegment, type Plan, planned } from '../jobs/steps/plan.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { MAX_SEGMENTS, SEGMENTS_OUT } from '../jobs/timings.ts';
import { carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
import { joinRanges } from './join-ranges.ts';

/** Ids of 16 bytes that stand in the job's item; more make an object of their own. */
const INLINE_BYTES = 500 * 16;

/** Records of one transaction; DynamoDB takes 100. */
const BATCH = 50;

/** Cuts a claimed job into segments and freezes which links it is about; from then on it can be run again and again. */
export async function planExport(job: ExportJob, tools: ExportTools): Promise<'done' | Lost> {
  const { kinds, jobs, sources, sizes, now } = tools;
  const [ids, spec] = await Promise.all([idsOf(job, jobs), specOf(job, jobs)]);
  const cut = await kinds(job.kind).plan({ spec, scope: job, ids, sources, sizes });
  const ranges = joinRanges(cut.ranges, MAX_SEGMENTS);
  const plan: Plan = { ...cut, ranges, frozenLinks: await freeze(job, cut.links, tools) };
  if ((await putLater(job, plan, tools)) === LOST) return LOST;
  return carryOutStep(tools, async () => {
    const current = await jobs.findJob(job.workspaceId, job.jobId);
    const first = await segmentsOf(job, plan, 0, SEGMENTS_OUT, tools);
    return first === LOST ? LOST : planned(current!, job.fence, plan, first, now());
  });
}

/** Writes the segments that are not rung for at once; no worker touches them before the plan is recorded. */
async function putLater(job: ExportJob, plan: Plan, tools: ExportTools): Promise<'done' | Lost> {
  for (let from = SEGMENTS_OUT; from < plan.ranges.length; from += BATCH) {
    const outcome = await carryOutStep(tools, async () => {
      const records = await segmentsOf(job, plan, from, from + BATCH, tools);
      return records === LOST ? LOST : { records, rings: [] };
    });
    if (outcome === LOST) return LOST;
  }
  return 'done';
}

async function segmentsOf(
  job: ExportJob,
  { ranges }: Plan,
  from: number,
  to: number,
  { jobs }: ExportTools,
): Promise<Segment[] | Lost> {
  const before = new Map((await jobs.segments(job.jobId)).map((segment) => [segment.n, segment]));
  const made = ranges
    .slice(from, to)
    .map((range, at) => newSegment(job, job.fence, from + at, range, before.get(from + at)));
  return made.every((segment) => segment !== LOST) ? made : LOST;
}

async function freeze(
  job: ExportJob,
  links: readonly string[] | null,
  { files }: ExportTools,
): Promise<FrozenLinks> {
  if (links === null) return null;
  const packed = packIds(links);
  if (packed.length <= INLINE_BYTES) return { inline: new Uint8Array(packed) };
  const key = linksKey(job);
  await files.put(key, packed);
  return { key, count: links.length };
}
