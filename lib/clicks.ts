import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ServiceFunction } from './function.ts';
import { WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import type { Surroundings } from './surroundings.ts';

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
    worker.readsAndWrites(data.clicks, 'CLICKS_TABLE');
    worker.reads(data.workspaces, 'WORKSPACES_TABLE');
    worker.given('HORIZON_SECONDS', settings.horizonSeconds);
    this.queue.feeds(worker, { batchSize: 100, maxBatchingWindow: Duration.seconds(1), maxConcurrency: 20 });
  }
}
