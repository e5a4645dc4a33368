import type { ExportJob, Slots } from '../jobs/job.ts';
import { noSlots, type Places } from '../jobs/steps/admission.ts';
import type { JobTools } from './export-tools.ts';

/** The places of a workspace and the jobs that have waited longest for one, as an ending job needs them. */
export async function placesOf(jobs: JobTools['jobs'], workspaceId: string): Promise<Places> {
  const slots = (await jobs.findSlots(workspaceId)) ?? noSlots(workspaceId);
  // The job that ends leaves one place more.
  return { slots, waiters: await waitersOf(jobs, slots, slots.runningCap + 1) };
}

/** The oldest waiters, as many as there is room for when so many may run. */
export async function waitersOf(
  jobs: JobTools['jobs'],
  { workspaceId, running, waiting }: Slots,
  runningCap: number,
): Promise<ExportJob[]> {
  const oldest = waiting.slice(0, Math.max(0, runningCap - running.length));
  const found = await Promise.all(oldest.map(({ jobId }) => jobs.findJob(workspaceId, jobId)));
  return found.filter((job) => job !== undefined);
}
