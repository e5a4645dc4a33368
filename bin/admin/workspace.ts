import { newWorkspace } from '#shared/credentials/bootstrap.dynamodb.ts';
import { utf8Bytes } from '#shared/utf8.ts';
import { PLANS, type PlanName } from '#shared/workspaces/plans.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';
import { UsageError } from './admin-error.ts';
import { columns } from './columns.ts';
import { type Admin, type Command, command, count, oneOf } from './command.ts';
import { found, workspaceById } from './find.ts';

const PLAN_NAMES = Object.keys(PLANS) as PlanName[];
const planOf = (text: string): PlanName => oneOf('The plan', text, PLAN_NAMES);

/** They stand in the profile, which every request reads. The address: RFC 5321. */
const MAX_NAME_BYTES = 400;
const MAX_ADDRESS_BYTES = 254;

function atMost(what: string, text: string, maxBytes: number): void {
  const bytes = utf8Bytes(text);
  if (bytes > maxBytes)
    throw new UsageError(`${what} has ${bytes} bytes in UTF-8; at most ${maxBytes} are allowed.`);
}

export const workspaceCommands: Record<string, Command> = {
  'workspace create': command({
    args: ['name'],
    options: {
      plan: { type: 'string', value: '<plan>', help: `${PLAN_NAMES.join(', ')}; enterprise unless given` },
      'notify-email': { type: 'string', value: '<address>', help: 'where "export ready" mails go' },
    },
    summary: 'Makes a workspace and prints its id.',
    run: async ([name], { plan = 'enterprise', 'notify-email': notifyEmail = null }, admin) => {
      atMost('The name', name, MAX_NAME_BYTES);
      atMost('The address', notifyEmail ?? '', MAX_ADDRESS_BYTES);
      const workspace = {
        ...newWorkspace(admin.newId(), name, admin.now()),
        plan: planOf(plan),
        notifyEmail,
      };
      await admin.workspaces.create(workspace);
      admin.print(workspace.workspaceId);
    },
  }),

  'workspace list': command({
    args: [],
    summary: 'Lists the workspaces, their plans and whether they are suspended.',
    run: async (_args, _options, admin) => {
      const ids = await admin.workspaces.all();
      const workspaces = await Promise.all(ids.map((id) => admin.workspaces.find(id)));
      const rows = workspaces.filter((workspace) => workspace !== undefined).map(rowOf);
      for (const line of columns(['WORKSPACE', 'NAME', 'PLAN', 'STATUS', 'CREATED'], rows)) admin.print(line);
    },
  }),

  'workspace plan': command({
    args: ['workspace', 'plan'],
    options: {
      'events-a-minute': {
        type: 'string',
        value: '<n>',
        help: 'requests for click events allowed beyond the plan; "plan" takes it back',
      },
      'exports-a-minute': { type: 'string', value: '<n>', help: 'likewise for exports of click events' },
    },
    summary: 'Sets the plan of a workspace.',
    run: async ([workspaceId, plan], options, admin) => {
      const settings = {
        ...raised('eventRequestsAMinute', options['events-a-minute']),
        ...raised('exportRequestsAMinute', options['exports-a-minute']),
      };
      const name = planOf(plan);
      await workspaceById(admin, workspaceId);
      await admin.workspaces.setSettings(workspaceId, settings);
      await admin.workspaces.setPlan(workspaceId, name);
      admin.print(`${workspaceId} is on the plan ${name}.`);
    },
  }),

  'workspace suspend': command({
    args: ['workspace'],
    summary: 'Refuses every key and session of a workspace at once; its links still lead on.',
    run: ([workspaceId], _options, admin) => setStatus(admin, workspaceId, 'suspended'),
  }),

  'workspace resume': command({
    args: ['workspace'],
    summary: 'Takes a suspension back.',
    run: ([workspaceId], _options, admin) => setStatus(admin, workspaceId, 'active'),
  }),
};

async function setStatus(admin: Admin, workspaceId: string, status: Workspace['status']): Promise<void> {
  const changed = await admin.workspaces.setStatus(workspaceId, status);
  found(changed, `workspace ${workspaceId}`, 'workspace list');
  admin.print(`${workspaceId} is ${status}.`);
}

const raised = (member: 'eventRequestsAMinute' | 'exportRequestsAMinute', text: string | undefined) =>
  text === undefined ? {} : { [member]: text === 'plan' ? null : count('The number a minute', text) };

const rowOf = ({ workspaceId, name, plan, status, createdAtMs }: Workspace): string[] => [
  workspaceId,
  name,
  plan,
  status,
  new Date(createdAtMs).toISOString(),
];
