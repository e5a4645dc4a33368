import { addDomain } from '#shared/workspaces/add-domain.ts';
import type { Domain } from '#shared/workspaces/workspace.ts';
import { columns } from './columns.ts';
import { type Admin, type Command, command } from './command.ts';
import { hostByName, workspaceById } from './find.ts';

export const domainCommands: Record<string, Command> = {
  'domain add': command({
    args: ['workspace', 'host'],
    options: {
      ready: { type: 'boolean', help: 'its DNS record and certificate stand already; else it is pending' },
    },
    summary: 'Gives a workspace a short domain and prints its id.',
    run: async ([workspaceId, host], { ready = false }, admin) => {
      await workspaceById(admin, workspaceId);
      const tools = { ...admin, laptop: admin.deployment.laptop };
      const status = ready ? 'ready' : 'pending';
      admin.print((await addDomain(tools, { workspaceId, host, status })).domainId);
    },
  }),

  'domain list': command({
    args: [],
    options: { workspace: { type: 'string', value: '<workspace>', help: 'only its domains' } },
    summary: 'Lists the short domains.',
    run: async (_args, { workspace }, admin) => {
      const ids = workspace === undefined ? await admin.workspaces.all() : [workspace];
      const domains = (await Promise.all(ids.map((id) => admin.workspaces.domains(id)))).flat();
      for (const line of columns(['HOST', 'STATUS', 'DOMAIN', 'WORKSPACE'], domains.map(rowOf)))
        admin.print(line);
    },
  }),

  'domain ready': command({
    args: ['host'],
    summary: 'Lets links of a domain lead on: its DNS record and certificate stand.',
    run: ([host], _options, admin) => setStatus(admin, host, 'ready'),
  }),

  'domain disable': command({
    args: ['host'],
    summary: 'Stops every link of a domain; "domain ready" takes it back.',
    run: ([host], _options, admin) => setStatus(admin, host, 'disabled'),
  }),
};

async function setStatus(admin: Admin, name: string, status: Domain['status']): Promise<void> {
  const { workspaceId, domainId, host } = await hostByName(admin, name);
  await admin.workspaces.updateDomain(workspaceId, domainId, { status });
  admin.print(`${host} is ${status}.`);
}

const rowOf = ({ domain, status, domainId, workspaceId }: Domain): string[] => [
  domain,
  status,
  domainId,
  workspaceId,
];
