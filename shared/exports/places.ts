import type { JobTools } from './export-tools.ts';
import { noSlots, type Places } from './transitions.ts';

/** The places of a workspace and the job that has waited longest for one, as an ending job needs them. */
export async function placesOf(jobs: JobTools['jobs'], workspaceId: string): Promise<Places> {
  const slots = (await jobs.findSlots(workspaceId)) ?? noSlots(workspaceId);
  const first = slots.waiting[0];
  return { slots, oldest: first && (await jobs.findJob(workspaceId, first.jobId)) };
}
