import { setTimeout as sleep } from 'node:timers/promises';
import { readJournalLine } from './journal-reader.ts';
import { type RecordOutcome, type RecordTools, recordClick } from './record/record-click.ts';

export type ReplayReport = {
  counts: Record<RecordOutcome, number>;
  /** Journal lines whose clicks are not recorded: cut off, or refused again and again. */
  failed: { line: string; error: unknown }[];
};

const ATTEMPTS = 5;
const AGAIN_MS = 1_000;

/**
 * Records the clicks of journal lines; other lines are passed over. Lines may be replayed any number of times and
 * together with the queue: a click that is there already stays as it is.
 */
export async function replay(
  lines: AsyncIterable<string>,
  tools: RecordTools,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<ReplayReport> {
  const report: ReplayReport = {
    counts: { on_time: 0, late: 0, already_there: 0, beyond_retention: 0 },
    failed: [],
  };
  for await (const line of lines) {
    try {
      const outcome = await replayLine(line, tools, wait);
      if (outcome) report.counts[outcome] += 1;
    } catch (error) {
      report.failed.push({ line, error });
    }
  }
  return report;
}

/** Each attempt is judged by its own time of recording, as a message is that is delivered again. */
async function replayLine(
  line: string,
  tools: RecordTools,
  wait: (ms: number) => Promise<unknown>,
): Promise<RecordOutcome | undefined> {
  const click = readJournalLine(line);
  if (click === undefined) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await recordClick(click, tools);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await wait(AGAIN_MS * attempt);
    }
  }
}
