import { Problem } from '#shared/problem.ts';
import { PLANS, retainedSinceMs } from '#shared/workspaces/plans.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';

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
  const ms = DATE.test(text) || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse rolls 31 February over into March: the day must read back as it was written.
  const exists = !Number.isNaN(ms) && Date.parse(text.slice(0, 10)) === dayOnCalendar(text);
  if (exists) return ms;
  throw new Problem(
    'invalid_request',
    `${name} must be an ISO 8601 date or a timestamp with an offset, such as 2026-01-31 or 2026-01-31T10:00:00Z; got ${text.slice(0, 60)}`,
  );
}

function dayOnCalendar(text: string): number {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  const ms = Date.UTC(year, month - 1, day);
  return new Date(ms).getUTCDate() === day ? ms : Number.NaN;
}
