import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarms } from './alarms.ts';
import { METRICS_NAMESPACE } from './metrics.ts';
import type { AlarmId, FunctionName } from './runbook.ts';

type OwnMetric = {
  metricName: string;
  statistic: 'Sum' | 'Maximum';
  /** Those that write it; CloudWatch keeps one line of figures for each. */
  functions: FunctionName[];
  threshold: number;
};

/** The metrics that functions write themselves, by the alarm on each. */
export const OWN_METRICS = {
  'stuck-jobs': { metricName: 'StuckJobs', statistic: 'Maximum', functions: ['sweep'], threshold: 1 },
  'roll-up-lag': {
    metricName: 'RollUpLagSeconds',
    statistic: 'Maximum',
    // The schedule measures it also of workspaces whose runs fail.
    functions: ['roll-ups', 'schedule-roll-ups'],
    threshold: 900,
  },
  'roll-up-drift': { metricName: 'RollUpDrift', statistic: 'Maximum', functions: ['roll-ups'], threshold: 1 },
  'clock-skew': {
    metricName: 'ClockSkewRefusals',
    statistic: 'Sum',
    functions: ['clicks', 'roll-ups'],
    threshold: 1,
  },
  'journal-lines': { metricName: 'JournalLines', statistic: 'Sum', functions: ['redirect'], threshold: 1 },
} as const satisfies Partial<Record<AlarmId, OwnMetric>>;

/** One alarm for each metric that functions write themselves. */
export function addOwnMetricAlarms(alarms: Alarms): void {
  for (const [id, metric] of Object.entries(OWN_METRICS)) {
    alarms.add(id as keyof typeof OWN_METRICS, {
      metric: overFunctions(metric),
      threshold: metric.threshold,
    });
  }
}

/** Over all functions that write it: added up, or the largest of them. */
function overFunctions({ metricName, statistic, functions }: Readonly<OwnMetric>): IMetric {
  const period = Duration.minutes(5);
  const metrics = functions.map(
    (service) =>
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName,
        dimensionsMap: { service },
        statistic,
        period,
      }),
  );
  const names = metrics.map((_, index) => `m${index}`);
  return new MathExpression({
    expression: `${statistic === 'Sum' ? 'SUM' : 'MAX'}([${names.map((name) => `FILL(${name}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [names[index], metric])),
    period,
    label: metricName,
  });
}
