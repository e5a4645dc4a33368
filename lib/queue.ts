import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { ServiceFunction } from './function.ts';
import { deadLetterMetric, queueAgeMetric } from './metrics.ts';
import type { QueueName } from './runbook.ts';

/** Of the function that reads all dead letters. */
export const DEAD_LETTERS_TIMEOUT = Duration.seconds(60);

type Props = {
  name: QueueName;
  /** The timeout of the function that reads it. */
  timeout: Duration;
  /** Deliveries before a message counts as dead. */
  maxReceives: number;
  /** From this age of the oldest message on, the alarm rings. */
  alarmAge: Duration;
  /** For messages that are kept nowhere else: both queues stay when the stack is deleted. */
  keep?: boolean;
  alarms: Alarms;
};

type Delivery = { batchSize: number; maxConcurrency: number; maxBatchingWindow?: Duration };

/** A queue for one worker, and the queue of what could not be worked on. */
export class WorkQueue extends Construct {
  readonly waiting: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.deadLetters = this.newQueue('DeadLetters', props, DEAD_LETTERS_TIMEOUT);
    this.waiting = this.newQueue('Waiting', props, props.timeout, {
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceives },
    });
    props.alarms.add(`${props.name}-queue-age`, {
      metric: queueAgeMetric(this.waiting),
      threshold: props.alarmAge.toSeconds(),
    });
    props.alarms.add(`${props.name}-dead-letters`, {
      metric: deadLetterMetric(this.deadLetters),
      threshold: 1,
    });
  }

  /** Hands the waiting messages to a worker, which reports those of a batch that failed. */
  feeds(worker: ServiceFunction, delivery: Delivery): void {
    deliver(this.waiting, worker, delivery);
  }

  /** Hands the dead letters to a function. */
  buriesWith(reader: ServiceFunction): void {
    deliver(this.deadLetters, reader, { batchSize: 10, maxConcurrency: 2 });
  }

  private newQueue(id: string, { keep }: Props, timeout: Duration, more: QueueProps = {}): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The longest that SQS has: whatever is wrong, there are two weeks to put it right.
      retentionPeriod: Duration.days(14),
      // A shorter one hands a batch out again while a throttled function is still being tried with it.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...more,
    });
  }
}

function deliver(queue: Queue, reader: ServiceFunction, delivery: Delivery): void {
  reader.lambda.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true, ...delivery }));
}
