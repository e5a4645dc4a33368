import { Construct } from 'constructs';
import { RECORDS_CLICKS } from './clicks.ts';
import { ServiceFunction } from './function.ts';
import { DEAD_LETTERS_TIMEOUT, type WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import type { Surroundings } from './surroundings.ts';

type Props = Surroundings & { clicksQueue: WorkQueue; exportsQueue: WorkQueue; rollUpsQueue: WorkQueue };

/** Looks after the messages that failed everywhere else, of all queues. */
export class DeadLetters extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { data, settings, alarms, clicksQueue, exportsQueue, rollUpsQueue }: Props,
  ) {
    super(scope, id);
    const reader = new ServiceFunction(this, 'Reader', {
      name: 'dead-letters',
      folder: 'workers/dead-letters',
      memoryMb: 256,
      timeout: DEAD_LETTERS_TIMEOUT,
      errorImpact: errorImpactOf('dead-letters'),
      alarms,
    });
    reader.uses(data.jobs, 'JOBS_TABLE', {
      'workspace#*': ['GetItem', 'PutItem'],
      'segments#*': ['GetItem', 'PutItem'],
    });
    reader.uses(data.clicks, 'CLICKS_TABLE', { clock: ['GetItem'], ...RECORDS_CLICKS });
    reader.uses(data.workspaces, 'WORKSPACES_TABLE', { 'workspace#*': ['GetItem'] });
    reader.given('HORIZON_SECONDS', settings.horizonSeconds);
    for (const queue of [clicksQueue, exportsQueue, rollUpsQueue]) queue.buriesWith(reader);
  }
}
