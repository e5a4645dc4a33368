import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type ItemRights, ServiceFunction } from './function.ts';
import { WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import type { Surroundings } from './surroundings.ts';

/** Clicks, on time or late, and the days that have them. */
export const RECORDS_CLICKS = {
  'clicks#*': ['PutItem'],
  'late#*': ['PutItem'],
  'days#*': ['UpdateItem'],
} as const satisfies ItemRights;

const TIMEOUT = Duration.seconds(30);

/** Clicks on their way from a redirect into the Clicks table: the queue, and the worker that records them. */
export class Clicks extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, { data, settings, alarms }: Surroundings) {
    super(scope, id);
    // Until it is recorded, a click exists in this queue alone.
    this.queue = new WorkQueue(this, 'Queue', {
      name: 'clicks',
      timeout: TIMEOUT,
      maxReceives: 10,
      alarmAge: Duration.minutes(10),
      keep: true,
      alarms,
    });
    const worker = new ServiceFunction(this, 'Worker', {
      name: 'clicks',
      folder: 'workers/clicks',
      memoryMb: 512,
      timeout: TIMEOUT,
      errorImpact: errorImpactOf('clicks'),
      alarms,
    });
    worker.uses(data.clicks, 'CLICKS_TABLE', { clock: ['GetItem'], ...RECORDS_CLICKS });
    // The plan, which says how long a click is kept.
    worker.uses(data.workspaces, 'WORKSPACES_TABLE', { 'workspace#*': ['GetItem'] });
    worker.given('HORIZON_SECONDS', settings.horizonSeconds);
    this.queue.feeds(worker, { batchSize: 100, maxBatchingWindow: Duration.seconds(1), maxConcurrency: 20 });
  }
}
