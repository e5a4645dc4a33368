import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** Where the functions' own metrics are found in CloudWatch. */
export const METRICS_NAMESPACE = 'Slugline';

const FIVE_MINUTES = Duration.minutes(5);

/** Seconds that the oldest waiting message has waited. */
export const queueAgeMetric = (queue: Queue): IMetric =>
  queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM });

/**
 * Dead letters that are there, or were read: their reader empties the queue faster than CloudWatch looks,
 * so that the number of visible messages alone could miss them.
 */
export function deadLetterMetric(queue: Queue): IMetric {
  const visible = queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: 'max' });
  const received = queue.metricNumberOfMessagesReceived({ period: FIVE_MINUTES, statistic: 'sum' });
  return new MathExpression({
    expression: 'FILL(visible, 0) + FILL(received, 0)',
    usingMetrics: { visible, received },
    period: FIVE_MINUTES,
    label: 'dead letters',
  });
}

/** Answers with a 5xx status. */
export const serverErrorMetric = (api: HttpApi): IMetric =>
  api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM });
