import type { ExportJob } from '../jobs/job.ts';
import { cancel } from '../jobs/steps/end.ts';
import { LOST } from '../jobs/steps/step.ts';
import { carryOut } from './carry-out.ts';
import type { JobTools } from './export-tools.ts';
import { placesOf } from './places.ts';

/**
 * Ends a job that has not ended. Its workers see it at their next checkpoint.
 * @returns the job as it is then: canceled, or as it had ended before; undefined when there is none
 */
export const cancelExport = (
  workspaceId: string,
  jobId: string,
  tools: JobTools,
): Promise<ExportJob | undefined> =>
  carryOut<ExportJob | undefined>(tools, async () => {
    const job = await tools.jobs.findJob(workspaceId, jobId);
    if (!job) return { result: undefined };
    const step = cancel(job, await placesOf(tools.jobs, workspaceId), tools.now());
    if (step === LOST) return { result: job };
    return { step, result: step.records[0] as ExportJob };
  });
