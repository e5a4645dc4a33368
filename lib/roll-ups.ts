import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ServiceFunction } from './function.ts';
import { WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import { Schedule } from './schedule.ts';
import type { Surroundings } from './surroundings.ts';

const TIMEOUT = Duration.seconds(120);

/** Totals and daily figures of links: a schedule that names workspaces with open days, and the worker that folds. */
export class RollUps extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, surroundings: Surroundings) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'Queue', {
      name: 'roll-ups',
      timeout: TIMEOUT,
      maxReceives: 3,
      alarmAge: Duration.minutes(30),
      alarms: surroundings.alarms,
    });
    this.queue.feeds(this.worker(surroundings), { batchSize: 1, maxConcurrency: 5 });
    new Schedule(this, 'Scheduling', {
      name: 'schedule-roll-ups',
      rate: surroundings.settings.rollUpRate,
      wakes: this.scheduler(surroundings),
      alarms: surroundings.alarms,
    });
  }

  private worker({ data, settings, alarms }: Surroundings): ServiceFunction {
    const worker = new ServiceFunction(this, 'Worker', {
      name: 'roll-ups',
      folder: 'workers/roll-ups',
      memoryMb: 512,
      timeout: TIMEOUT,
      errorImpact: errorImpactOf('roll-ups'),
      alarms,
    });
    worker.uses(data.clicks, 'CLICKS_TABLE', {
      clock: ['GetItem'],
      'clicks#*': ['BatchGetItem', 'Query'],
      'late#*': ['Query'],
      'days#*': ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
      'totals#*': ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
      'link-days#*': ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    });
    worker.uses(data.workspaces, 'WORKSPACES_TABLE', { 'workspace#*': ['GetItem', 'PutItem'] });
    // A run that takes too long is handed on.
    worker.sends(this.queue.waiting, 'ROLL_UPS_QUEUE_URL');
    worker.given('HORIZON_SECONDS', settings.horizonSeconds);
    return worker;
  }

  private scheduler({ data, settings, alarms }: Surroundings): ServiceFunction {
    const scheduler = new ServiceFunction(this, 'Scheduler', {
      name: 'schedule-roll-ups',
      folder: 'schedules/roll-ups',
      memoryMb: 256,
      timeout: Duration.seconds(60),
      errorImpact: errorImpactOf('schedule-roll-ups'),
      alarms,
    });
    scheduler.uses(data.workspaces, 'WORKSPACES_TABLE', { 'workspace#*': ['GetItem'] });
    // The list of workspaces stands beside the deployment's secret.
    scheduler.queriesAttributes(data.workspaces, 'deployment', ['pk', 'sk', 'workspaceId']);
    scheduler.uses(data.clicks, 'CLICKS_TABLE', {
      'days#*': ['Query'],
      'late#*': ['Query'],
      'clicks#*': ['BatchGetItem', 'Query'],
    });
    scheduler.sends(this.queue.waiting, 'ROLL_UPS_QUEUE_URL');
    scheduler.given('HORIZON_SECONDS', settings.horizonSeconds);
    return scheduler;
  }
}
