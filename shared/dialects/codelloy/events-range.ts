import * as z from 'zod';
import { FIRST_MS, LAST_MS } from '../../input/instant.ts';
import { Problem } from '../../problem.ts';
import { PLANS, retainedSinceMs } from '../../workspaces/plans.ts';
import type { Workspace } from '../../workspaces/workspace.ts';

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** An instant must say its offset: without one it would mean another instant in every zone. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Click times, both ends included, ms. */
export type EventsRange = { fromMs: number; toMs: number };

/**
 * The range that `from` and `to` name: dates are whole UTC days, both included; clamped to the plan's retention.
 * @throws Problem 'invalid_request' when one is missing or no date, or `from` lies after `to`
 */
export function eventsRange(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  workspace: Pick<Workspace, 'plan'>,
  nowMs: number,
): EventsRange {
  if (from === undefined || to === undefined) {
    throw new Problem(
      'invalid_request',
      'from and to are both required: ISO 8601 dates or timestamps with an offset',
    );
  }
  const fromMs = instantOf('from', from);
  const toMs = DATE.test(to) ? instantOf('to', to) + DAY_MS - 1 : instantOf('to', to);
  if (fromMs > toMs) throw new Problem('invalid_request', `from (${from}) lies after to (${to})`);
  return { fromMs: Math.max(fromMs, retainedSinceMs(PLANS[workspace.plan], nowMs)), toMs };
}

function instantOf(name: string, text: string): number {
  const ms = isWritten(text) ? Date.parse(text) : Number.NaN;
  if (ms >= FIRST_MS && ms <= LAST_MS) return ms;
  throw new Problem(
    'invalid_request',
    `${name} must be an ISO 8601 date of the years 1 to 9999 or a timestamp with an offset, such as 2026-01-31 or 2026-01-31T10:00:00Z; got ${text.slice(0, 60)}`,
  );
}

/** Date.parse rolls 31 February over into March: the day must be one of the calendar. */
const isWritten = (text: string): boolean =>
  (DATE.test(text) || INSTANT.test(text)) && z.iso.date().safeParse(text.slice(0, 10)).success;
