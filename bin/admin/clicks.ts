import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { dynamodbClient } from '#shared/aws.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { OpenDays } from '#shared/clicks/record/record-click.ts';
import { rememberedPlans } from '#shared/clicks/record/remembered-plans.ts';
import { type ReplayReport, replay } from '#shared/clicks/replay.ts';
import { dynamodbConversionStore } from '#shared/conversions/conversion-store.dynamodb.ts';
import type { ConversionStore } from '#shared/conversions/conversion-store.ts';
import { type RecountStep, recountWorkspace } from '#shared/conversions/recount-workspace.ts';
import { dynamodbClickRemover } from '#shared/erasure/click-remover.dynamodb.ts';
import { type EraseTools, erase } from '#shared/erasure/erase.ts';
import { feed } from '#shared/feed/feed.ts';
import { dynamodbCellReader } from '#shared/roll-ups/cell-reader.dynamodb.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { AdminError } from './admin-error.ts';
import { type Admin, type Command, command } from './command.ts';
import { workspaceById } from './find.ts';

export const clickCommands: Record<string, Command> = {
  recount: command({
    args: ['workspace'],
    options: { repair: { type: 'boolean', help: 'puts right what differs' } },
    summary: 'Counts the clicks of a workspace again and compares with its roll-ups.',
    run: async ([workspaceId], { repair = false }, admin) => {
      const { plan } = await workspaceById(admin, workspaceId);
      const request = { plan: PLANS[plan], nowMs: admin.now(), repair };
      const tools = clickTools(admin);
      let wrong = 0;
      for await (const step of recountWorkspace(workspaceId, request, tools)) {
        admin.print(lineOf(step));
        if (step.outcome === 'differs' || step.outcome === 'unsettled') wrong += 1;
      }
      const forgotten = repair ? await tools.conversions.forgetExternalIds(workspaceId) : 0;
      if (forgotten > 0) admin.print(`external ids: taken off ${forgotten} conversions`);
      if (wrong > 0)
        throw new AdminError(`${wrong} of these are not right; --repair puts right what differs.`);
    },
  }),

  erase: command({
    args: ['workspace'],
    options: {
      link: { type: 'string', value: '<url_id>', help: 'only the clicks of this link' },
      yes: { type: 'boolean', help: 'does it: what is erased does not come back' },
    },
    summary:
      'Erases recorded clicks, conversions and roll-ups of a workspace or a link; the links themselves stay.',
    run: async ([workspaceId], { link, yes = false }, admin) => {
      const { name } = await workspaceById(admin, workspaceId);
      const what = link === undefined ? `of workspace ${workspaceId} ("${name}")` : `of link ${link}`;
      if (!yes) {
        throw new AdminError(
          `This erases all clicks ${what} from ${admin.deployment.name}; add --yes to do it.`,
        );
      }
      const { clicks, conversions } = await erase(workspaceId, link, clickTools(admin));
      admin.print(`${clicks} clicks and ${conversions} conversions ${what} erased.`);
      admin.print('Clicks that were still in the queue are recorded afterwards: run it again in a minute.');
    },
  }),

  replay: command({
    args: ['file'],
    summary: 'Records the clicks of journal lines in a log; any number of times, each click once.',
    run: async ([file], _options, admin) => {
      const lines = createInterface({ input: createReadStream(await readable(file)) });
      const { counts, failed } = await replay(lines, recordTools(admin));
      for (const line of reportOf(counts)) admin.print(line);
      for (const { error } of failed) admin.warn((error as Error).message);
      if (failed.length > 0)
        throw new AdminError(`${failed.length} lines are not recorded; they are named above.`);
    },
  }),
};

type ClickTools = EraseTools & { conversions: ConversionStore };

function clickTools({ deployment, client, database, now }: Admin): ClickTools {
  const { ClicksTable: clicks, WorkspacesTable: workspaces, HorizonInSeconds } = deployment.outputs;
  const horizon = horizonOf(HorizonInSeconds);
  const guard = watchedClock(client, clicks, horizon, now);
  return {
    reader: dynamodbClickReader(client, clicks),
    feed: feed({ pages: dynamodbClickPages(client, clicks), guard, horizon, now }),
    cells: dynamodbCellReader(client, clicks),
    store: dynamodbRollUpStore(client, { clicks, workspaces }),
    remover: dynamodbClickRemover(client, clicks),
    conversions: dynamodbConversionStore(client, database, clicks),
    now,
  };
}

function recordTools({ deployment, workspaces, now }: Admin): Parameters<typeof replay>[1] {
  const { ClicksTable, HorizonInSeconds } = deployment.outputs;
  const horizon = horizonOf(HorizonInSeconds);
  // A put is tried once, as by the consumer: the next attempt judges by its own time.
  const client = dynamodbClient({ maxAttempts: 1 });
  return {
    store: dynamodbClickStore(client, ClicksTable),
    guard: watchedClock(client, ClicksTable, horizon, now),
    horizon,
    findPlan: rememberedPlans(workspaces, now),
    openDays: new OpenDays(),
    now,
  };
}

function lineOf({ step, outcome, clicks, drifts }: RecountStep): string {
  const counted = clicks === undefined ? '' : ` ${clicks} clicks`;
  const differing = drifts.length === 0 ? '' : ` (${drifts.length} roll-ups)`;
  return `${step}:${counted} ${outcome}${differing}`;
}

const reportOf = ({ on_time, late, already_there, beyond_retention }: ReplayReport['counts']): string[] => [
  `${on_time + late} clicks recorded, ${already_there} were there already.`,
  ...(beyond_retention > 0 ? [`${beyond_retention} are older than their plan keeps and stay out.`] : []),
];

async function readable(file: string): Promise<string> {
  await access(file).catch((cause) => {
    throw new AdminError(`There is no file ${file}.`, { cause });
  });
  return file;
}
