import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DUE_INDEX } from './data-stack.ts';
import { ServiceFunction } from './function.ts';
import { WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import { Schedule } from './schedule.ts';
import type { Surroundings } from './surroundings.ts';

const TIMEOUT = Duration.seconds(120);

/** Export jobs at work: the queue of their steps, the worker, and the sweeper that starts again what stands still. */
export class Exports extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, surroundings: Surroundings) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'Queue', {
      name: 'exports',
      timeout: TIMEOUT,
      maxReceives: 5,
      alarmAge: Duration.minutes(30),
      alarms: surroundings.alarms,
    });
    this.queue.feeds(this.worker(surroundings), { batchSize: 1, maxConcurrency: 20 });
    new Schedule(this, 'Sweeping', {
      name: 'sweep',
      rate: surroundings.settings.sweepRate,
      wakes: this.sweep(surroundings),
      alarms: surroundings.alarms,
    });
  }

  private worker({ data, settings, alarms }: Surroundings): ServiceFunction {
    const worker = new ServiceFunction(this, 'Worker', {
      name: 'exports',
      folder: 'workers/exports',
      // Encoding is bound by the processor, and 1,769 MB is the size that comes with one whole.
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memoryMb: 1769,
      timeout: TIMEOUT,
      errorImpact: errorImpactOf('exports'),
      alarms,
    });
    worker.uses(data.workspaces, 'WORKSPACES_TABLE', { 'workspace#*': ['Query'] });
    worker.uses(data.links, 'LINKS_TABLE', { 'workspace#*': ['Query', 'BatchGetItem'] });
    worker.uses(data.clicks, 'CLICKS_TABLE', {
      'clicks#*': ['Query'],
      'days#*': ['Query'],
      'totals#*': ['BatchGetItem', 'Query'],
    });
    worker.uses(data.jobs, 'JOBS_TABLE', {
      'workspace#*': ['GetItem', 'PutItem'],
      'segments#*': ['GetItem', 'Query', 'PutItem'],
    });
    worker.usesObjects(data.files, 'FILES_BUCKET', {
      'exports/': ['GetObject', 'PutObject'],
      'temporary/': ['GetObject', 'PutObject', 'DeleteObject'],
      'logos/': ['GetObject'],
    });
    worker.listsObjects(data.files);
    worker.sends(this.queue.waiting, 'EXPORTS_QUEUE_URL');
    worker.given('SHORT_ORIGIN', settings.shortOrigin);
    return worker;
  }

  private sweep({ data, alarms }: Surroundings): ServiceFunction {
    const sweep = new ServiceFunction(this, 'Sweep', {
      name: 'sweep',
      folder: 'schedules/sweep',
      memoryMb: 256,
      timeout: Duration.seconds(60),
      errorImpact: errorImpactOf('sweep'),
      alarms,
    });
    sweep.uses(data.jobs, 'JOBS_TABLE', {
      'workspace#*': ['GetItem', 'PutItem'],
      'segments#*': ['GetItem', 'PutItem'],
    });
    sweep.queries(data.jobs, DUE_INDEX);
    sweep.usesObjects(data.files, 'FILES_BUCKET', {
      'exports/': ['DeleteObject', 'AbortMultipartUpload'],
      'temporary/': ['DeleteObject', 'AbortMultipartUpload'],
    });
    sweep.listsObjects(data.files);
    sweep.listsUploads(data.files);
    sweep.sends(this.queue.waiting, 'EXPORTS_QUEUE_URL');
    return sweep;
  }
}
