import type { RecordTools } from '#shared/clicks/record/record-click.ts';
import { recordClicks } from '#shared/clicks/record/record-clicks.ts';
import type { ExportLog, JobTools } from '#shared/exports/engine/export-tools.ts';
import { settleDeadLetter } from '#shared/exports/engine/settle-dead-letter.ts';
import { parseJobMessage } from '#shared/exports/engine/work-message.ts';
import type { RollUpMessage } from '#shared/roll-ups/run-roll-up.ts';

export type Letter = { messageId: string; body: string };
export type LetterTools = { exports: Omit<JobTools, 'queue'>; clicks: RecordTools; log: ExportLog };

/**
 * Settles one dead letter, of whatever queue: the bodies tell them apart. A step of an export is shown to the sweeper,
 * a click is tried once more, a roll-up is dropped because the schedule asks for it again.
 * @param signal  aborted at the deadline
 * @returns `kept` when it must stay where it is: a click that still cannot be recorded, and anything unknown
 */
export async function settleLetter(
  letter: Letter,
  tools: LetterTools,
  signal?: AbortSignal,
): Promise<'settled' | 'kept'> {
  signal?.throwIfAborted();
  const job = attempt(() => parseJobMessage(letter.body));
  if (job) {
    const outcome = await settleDeadLetter(job, tools.exports);
    tools.log.warn('dead letter of an export', { ...job, outcome });
    return 'settled';
  }
  if (isRollUp(letter.body)) {
    tools.log.warn('dead letter of a roll-up', { messageId: letter.messageId });
    return 'settled';
  }
  const { failed } = await recordClicks([letter], tools.clicks, signal);
  for (const { messageId, error } of failed) tools.log.error('dead letter kept', { messageId, error });
  return failed.length === 0 ? 'settled' : 'kept';
}

/** A message of the RollUps queue names a workspace, perhaps a day of it, and nothing else. */
function isRollUp(body: string): boolean {
  const message = attempt(() => JSON.parse(body) as unknown);
  if (message === null || typeof message !== 'object') return false;
  const { workspaceId, recountDay: _, ...others } = message as Partial<RollUpMessage>;
  return workspaceId !== undefined && Object.keys(others).length === 0;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
