import * as z from 'zod';
import type { JobMessage } from '../jobs/job-queue.ts';
import { RESERVE_MS, SLICE_MS } from '../jobs/timings.ts';
import type { WorkerTools } from './export-tools.ts';
import { runStep } from './run-step.ts';

const jobMessageSchema = z
  .strictObject({
    workspaceId: z.string(),
    jobId: z.string(),
    step: z.enum(['plan', 'segment', 'assemble']),
    segment: z.int().min(0).optional(),
  })
  .refine(({ step, segment }) => (step === 'segment') === (segment !== undefined));

/** A message's body. @throws Error for anything but a job message */
export const parseJobMessage = (body: string): JobMessage =>
  jobMessageSchema.parse(JSON.parse(body)) as JobMessage;

/**
 * Works off one message. What the step rings for next in its own job is run at once while there is time for a slice,
 * so a small export is made in one go; everything else is sent, so that other workspaces have their turn.
 * @param deadlineMs  when the function is ended
 */
export async function workMessage(
  message: JobMessage,
  tools: WorkerTools,
  deadlineMs: number,
): Promise<void> {
  const untilMs = deadlineMs - RESERVE_MS;
  let next: JobMessage | undefined = message;
  while (next) {
    const rung: JobMessage[] = [];
    const queue = { send: async (ring: JobMessage) => void rung.push(ring) };
    const outcome = await runStep(next, { ...tools, queue }, untilMs);
    tools.log.info('export step', { ...next, outcome });
    const goesOn = outcome === 'done' && tools.now() + SLICE_MS <= untilMs;
    next = goesOn ? rung.find(({ jobId }) => jobId === message.jobId) : undefined;
    await sendAll(
      rung.filter((ring) => ring !== next),
      tools,
    );
  }
}

/** A lost ring costs a minute: what it rings for is due in the sweeper's index, too. */
async function sendAll(rings: readonly JobMessage[], { queue, log }: WorkerTools): Promise<void> {
  const sent = rings.map((ring) =>
    queue.send(ring).catch((error: unknown) => log.warn('ring failed', { ring, error })),
  );
  await Promise.all(sent);
}
