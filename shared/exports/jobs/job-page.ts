import { type ExportJob, type JobState, stateAt } from './job.ts';
import type { JobStore } from './job-store.ts';

/** Jobs looked at for one page of those that match: beyond them the page is short, and its cursor goes on. */
const LOOKED_AT_ONCE = 100;
const LOOKS = 10;

export type JobPageRequest = {
  workspaceId: string;
  /** The id behind which to begin. */
  before: string | undefined;
  limit: number;
  /** Any of these; undefined takes all. */
  states: readonly JobState[] | undefined;
  kinds: readonly string[] | undefined;
  nowMs: number;
};

/** The jobs of a workspace that match, newest first. `next`: where to go on; there may be none behind it. */
export async function jobPage(
  { workspaceId, before, limit, states, kinds, nowMs }: JobPageRequest,
  jobs: Pick<JobStore, 'jobs'>,
): Promise<{ jobs: ExportJob[]; next: string | undefined }> {
  const matches = (job: ExportJob): boolean =>
    (states?.includes(stateAt(job, nowMs)) ?? true) && (kinds?.includes(job.kind) ?? true);
  const atOnce = states === undefined && kinds === undefined ? limit : LOOKED_AT_ONCE;
  const found: ExportJob[] = [];
  let at = before;
  for (let look = 0; look < LOOKS; look += 1) {
    const page = await jobs.jobs(workspaceId, { before: at, limit: atOnce });
    for (const [n, job] of page.jobs.entries()) {
      if (matches(job)) found.push(job);
      const isLast = n === page.jobs.length - 1 && page.next === undefined;
      if (found.length === limit) return { jobs: found, next: isLast ? undefined : job.jobId };
    }
    at = page.next;
    if (at === undefined) break;
  }
  return { jobs: found, next: at };
}
