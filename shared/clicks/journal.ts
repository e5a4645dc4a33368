import type { Click } from './click.ts';

/** How a journal line begins: told from other log lines, and of which shape it is. */
export const JOURNAL_BEGINNING = '{"journal":"slugline-click-1",';

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
  const rest = JSON.stringify({ click, service: 'redirect', JournalLines: 1, _aws: metric });
  return JOURNAL_BEGINNING + rest.slice(1);
}
