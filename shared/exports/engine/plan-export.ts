import type { ExportJob, FrozenLinks, Segment } from '../jobs/job.ts';
import { idsOf, specOf } from '../jobs/long-lists.ts';
import { newSegment, type Plan, planned } from '../jobs/steps/plan.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { MAX_FILES, MAX_SEGMENTS, SEGMENTS_OUT } from '../jobs/timings.ts';
import { carryOutStep } from './carry-out.ts';
import { chooseLinks } from './choose-links.ts';
import type { ExportTools } from './export-tools.ts';
import { countLinks } from './frozen-links.ts';
import { joinRanges } from './join-ranges.ts';

/** Records of one transaction; DynamoDB takes 100. */
const BATCH = 50;

/**
 * Plans a claimed job: freezes which links it is about, and cuts it into files and segments. From then on it can be run
 * again and again.
 * @param untilMs  when the slice must have handed on at the latest
 */
export async function planExport(
  job: ExportJob,
  tools: ExportTools,
  untilMs: number,
): Promise<'done' | 'handed on' | Lost> {
  const { jobs, sources } = tools;
  const kind = tools.kinds(job.kind);
  const [ids, spec] = await Promise.all([idsOf(job, jobs), specOf(job, jobs)]);
  const cursor = job.choosing?.cursor ?? null;
  const batches = kind.choose?.({ spec, scope: job, ids, cursor, sources }) ?? null;
  const frozenLinks = batches === null ? null : await chooseLinks(job, batches, tools, untilMs);
  if (frozenLinks === LOST || frozenLinks === 'handed on') return frozenLinks;
  return record(job, await cut(job, spec, frozenLinks, tools), tools);
}

async function cut(
  job: ExportJob,
  spec: unknown,
  frozenLinks: FrozenLinks,
  { kinds, sources, sizes }: ExportTools,
): Promise<Plan> {
  const chosen = countLinks(frozenLinks);
  const { files, rowsTotal } = await kinds(job.kind).cut({ spec, scope: job, chosen, sources, sizes });
  if (files.length === 0 || files.length > MAX_FILES)
    throw new Error(`${files.length} files; a job has 1 to ${MAX_FILES}`);
  const most = Math.floor(MAX_SEGMENTS / files.length);
  return { files: files.map((ranges) => joinRanges(ranges, most)), frozenLinks, rowsTotal };
}

async function record(job: ExportJob, plan: Plan, tools: ExportTools): Promise<'done' | Lost> {
  const { jobs, now } = tools;
  if ((await putLater(job, plan, tools)) === LOST) return LOST;
  return carryOutStep(tools, async () => {
    const current = await jobs.findJob(job.workspaceId, job.jobId);
    const first = await segmentsOf(job, plan, 0, SEGMENTS_OUT, tools);
    return first === LOST ? LOST : planned(current!, job.fence, plan, first, now());
  });
}

/** Writes the segments that are not rung for at once; no worker touches them before the plan is recorded. */
async function putLater(job: ExportJob, plan: Plan, tools: ExportTools): Promise<'done' | Lost> {
  const count = plan.files.flat().length;
  for (let from = SEGMENTS_OUT; from < count; from += BATCH) {
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
  { files }: Plan,
  from: number,
  to: number,
  { jobs }: ExportTools,
): Promise<Segment[] | Lost> {
  const before = new Map((await jobs.segments(job.jobId)).map((segment) => [segment.n, segment]));
  const made = files
    .flat()
    .slice(from, to)
    .map((range, at) => newSegment(job, job.fence, from + at, range, before.get(from + at)));
  return made.every((segment) => segment !== LOST) ? made : LOST;
}
