import { randomUUID } from 'node:crypto';
import { ACCOUNT_ID, REGION } from '../aws-environment.ts';
import type { LocalFunctions } from '../lambda/local-functions.ts';
import type { Stack } from '../template/stack.ts';

interface RuleProperties {
  ScheduleExpression?: string;
  State?: string;
  Targets?: { Arn: string; Input?: string }[];
}

const UNIT_MS: Record<string, number> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The milliseconds of `rate(5 minutes)`; seconds are allowed here, though not on AWS.
 * @throws Error for anything else, cron expressions too
 */
export function parseRate(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (second|minute|hour|day)s?\)$/.exec(expression) ?? [];
  const ms = Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
  if (ms > 0) return ms;
  throw new Error(`the schedule '${expression}' is not known here; it must be rate(<number> <unit>)`);
}

/** Starts every schedule of a stack; a run that is still going on when the next is due lets it pass. */
export function startSchedules(stack: Stack, functions: LocalFunctions): { stop(): void } {
  const timers = stack.resources<RuleProperties>('AWS::Events::Rule').flatMap(({ id, properties }) => {
    const { ScheduleExpression, State, Targets = [] } = properties;
    if (!ScheduleExpression || State === 'DISABLED') return [];
    return Targets.map(({ Arn, Input }) => {
      const event = () => (Input === undefined ? scheduledEvent(id) : (JSON.parse(Input) as object));
      return setInterval(
        oneAtATime(() => functions.invoke(Arn, event())),
        parseRate(ScheduleExpression),
      );
    });
  });
  return { stop: () => timers.forEach((timer) => void clearInterval(timer)) };
}

function oneAtATime(run: () => Promise<unknown>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    // The function's own log has the error.
    run()
      .catch(() => undefined)
      .finally(() => {
        isRunning = false;
      });
  };
}

const scheduledEvent = (rule: string) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: ACCOUNT_ID,
  time: new Date().toISOString().replace(/\.\d+/, ''),
  region: REGION,
  resources: [`arn:aws:events:${REGION}:${ACCOUNT_ID}:rule/${rule}`],
  detail: {},
});
