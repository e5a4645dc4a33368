import { Problem } from '#shared/problem.ts';
import type { JobRecord } from '../jobs/job.ts';
import { LOST, type Lost, type Step } from '../jobs/steps/step.ts';
import type { JobTools } from './export-tools.ts';

/** How often a step is decided anew because somebody else wrote first. */
const ATTEMPTS = 30;
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 250;

/**
 * Carries out one step of the protocol: reads, decides, writes all or nothing over what was read, rings.
 * Decides again from the new state when somebody else wrote first.
 * @param decide  reads and calls a transition; a result without a step is final
 * @throws Problem 'unavailable' when others write first again and again
 */
export async function carryOut<R>(
  tools: JobTools,
  decide: () => Promise<{ step?: Step | undefined; result: R }>,
): Promise<R> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { step, result } = await decide();
    if (!step) return result;
    if ((await commit(tools, step.records)) === 'written') {
      await ring(tools, step);
      return result;
    }
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
    await tools.sleep(tools.random() * waitMs);
  }
  throw new Problem('unavailable', 'Too many changes at the same time; try again.', { retryAfterSeconds: 1 });
}

/** carryOut for transitions that answer LOST or one step, without another result. */
export const carryOutStep = (tools: JobTools, decide: () => Promise<Step | Lost>): Promise<'done' | Lost> =>
  carryOut<'done' | Lost>(tools, async () => {
    const step = await decide();
    return step === LOST ? { result: LOST } : { step, result: 'done' };
  });

/**
 * Writes records and settles what an unclear answer means by reading back: a lost answer, and a retry inside the
 * client that finds its own first attempt, both look like a failure and are none.
 */
async function commit({ jobs, newId }: JobTools, records: JobRecord[]): Promise<'written' | 'changed'> {
  const token = newId();
  try {
    if ((await jobs.write(records, token)) === 'written') return 'written';
  } catch (error) {
    if (await isOurs()) return 'written';
    throw error;
  }
  return (await isOurs()) ? 'written' : 'changed';

  async function isOurs(): Promise<boolean> {
    const tokens = await Promise.all(records.slice(0, 3).map((record) => jobs.writtenBy(record)));
    return tokens.includes(token);
  }
}

/** A lost ring costs a minute: whatever was written is due in the sweeper's index, too. */
async function ring({ queue, log }: JobTools, { rings }: Step): Promise<void> {
  await Promise.all(
    rings.map((message) =>
      queue.send(message).catch((error: unknown) => log.warn('ring failed', { message, error })),
    ),
  );
}
