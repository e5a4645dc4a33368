import { beforeAbort } from '#shared/deadline.ts';
import { eachLimited } from '#shared/each-limited.ts';
import { isClockRefusal } from '../clock-guard.ts';
import { parseClick } from '../parse-click.ts';
import { type RecordOutcome, type RecordTools, recordClick } from './record-click.ts';

/** A message of the Clicks queue: one click as JSON. */
export type ClickMessage = { messageId: string; body: string };

export type RecordedBatch = {
  /** Messages that stay in the queue and come again. */
  failed: { messageId: string; error: unknown }[];
  counts: Record<RecordOutcome, number>;
  /** Among the failed: refused because of the clock. */
  clockRefusals: number;
};

/** So many at once: more would wait for a connection while the time of their attempt runs. */
const AT_ONCE = 32;

/**
 * Records a batch of clicks, each on its own: what fails stays in the queue, whatever becomes of the others.
 * @param signal  aborted at the deadline: what is not recorded by then has failed
 */
export async function recordClicks(
  messages: readonly ClickMessage[],
  tools: RecordTools,
  signal: AbortSignal = new AbortController().signal,
): Promise<RecordedBatch> {
  const batch: RecordedBatch = {
    failed: [],
    counts: { on_time: 0, late: 0, already_there: 0, beyond_retention: 0 },
    clockRefusals: 0,
  };
  await eachLimited(messages, AT_ONCE, async ({ messageId, body }) => {
    try {
      const click = parseClick(body);
      const outcome = await beforeAbort(signal, () => recordClick(click, tools, signal));
      batch.counts[outcome] += 1;
    } catch (error) {
      batch.failed.push({ messageId, error });
      if (isClockRefusal(error)) batch.clockRefusals += 1;
    }
  });
  return batch;
}
