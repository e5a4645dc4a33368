import type { Click } from './click.ts';

/** Marks a journal line among other log lines, and says which shape it has. */
export const JOURNAL_MARKER = 'slugline-click-1';

/**
 * One log line that holds a click which nothing else would take; a replay puts it into the queue. The same line raises
 * the metric JournalLines.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function journalLine(click: Click, atMs: number): string {
  const metric = {
    Timestamp: atMs,
    CloudWatchMetrics: [
      {
        Namespace: 'Slugline',
        Dimensions: [['service']],
        Metrics: [{ Name: 'JournalLines', Unit: 'Count' }],
      },
    ],
  };
  return JSON.stringify({
    journal: JOURNAL_MARKER,
    click,
    service: 'redirect',
    JournalLines: 1,
    _aws: metric,
  });
}
