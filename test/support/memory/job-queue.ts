import type { JobMessage, JobQueue } from '#shared/exports/jobs/job-queue.ts';

/** A queue that keeps what was sent, oldest first. */
export function memoryJobQueue(): JobQueue & { messages: JobMessage[] } {
  const messages: JobMessage[] = [];
  return {
    messages,
    send: async (message) => {
      messages.push(message);
    },
  };
}
