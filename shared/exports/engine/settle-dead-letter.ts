import type { JobMessage } from '../jobs/job-queue.ts';
import { LOST, type Step } from '../jobs/steps/step.ts';
import { isOpen, isWaiting, lookAtOnce } from '../jobs/steps/sweep.ts';
import { carryOut } from './carry-out.ts';
import type { JobTools } from './export-tools.ts';

/**
 * Settles a message of the Exports queue that nobody could work on. The job does not hang on its messages: a step that
 * still waits is shown to the sweeper at once, which rings anew; one that can never run stalls, and is failed then.
 * @returns what became of the job
 */
export const settleDeadLetter = (
  { workspaceId, jobId, segment: n }: JobMessage,
  tools: Omit<JobTools, 'queue'>,
): Promise<'no such job' | 'nothing left to do' | 'at work' | 'rings anew'> =>
  carryOut<'no such job' | 'nothing left to do' | 'at work' | 'rings anew'>(
    { ...tools, queue: SILENT },
    async () => {
      const [job, segment] = await Promise.all([
        tools.jobs.findJob(workspaceId, jobId),
        n === undefined ? undefined : tools.jobs.findSegment(jobId, n),
      ]);
      if (!job) return { result: 'no such job' };
      const waits = segment ? isOpen(job, segment) : isWaiting(job);
      if (!waits) return { result: 'nothing left to do' };
      const step: Step | typeof LOST = lookAtOnce(segment ?? job, tools.now());
      return step === LOST ? { result: 'at work' } : { step, result: 'rings anew' };
    },
  );

/** It is the sweeper who rings. */
const SILENT: JobTools['queue'] = { send: async () => undefined };
