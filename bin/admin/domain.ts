import { addDomain, hostTaken } from '#shared/domains/add-domain.ts';
import { deleteDomain } from '#shared/domains/delete-domain.ts';
import { dynamodbDomainClosure } from '#shared/links/domain-closure.dynamodb.ts';
import type { Domain } from '#shared/workspaces/workspace.ts';
import { columns } from './columns.ts';
import { type Admin, type Command, command } from './command.ts';
import { domainByHost, liveDomains, workspaceById } from './find.ts';

/** An operator has the time to look through millions of links. */
const SEARCH_MS = 600_000;

/** Tells claims of one host apart. */
const WHOSE = {
  workspace: {
    type: 'string',
    value: '<workspace>',
    help: 'whose claim, when several have claimed the host',
  },
} as const;

export const domainCommands: Record<string, Command> = {
  'domain add': command({
    args: ['workspace', 'host'],
    options: {
      ready: { type: 'boolean', help: 'it is theirs and served, on your word; else pending until proven' },
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
      const domains = await liveDomains(admin, workspace);
      for (const line of columns(['HOST', 'STATUS', 'DOMAIN', 'WORKSPACE'], domains.map(rowOf)))
        admin.print(line);
    },
  }),

  'domain ready': command({
    args: ['host'],
    options: WHOSE,
    summary: 'Lets links of a domain lead on, on your word that its host is the workspace’s and reaches us.',
    run: ([host], { workspace }, admin) => setStatus(admin, { host, workspace, status: 'ready' }),
  }),

  'domain disable': command({
    args: ['host'],
    options: WHOSE,
    summary: 'Stops every link of a domain, whatever its workspace says; "domain ready" takes it back.',
    run: ([host], { workspace }, admin) => setStatus(admin, { host, workspace, status: 'disabled' }),
  }),

  'domain delete': command({
    args: ['host'],
    options: WHOSE,
    summary: 'Deletes a domain or a claim that no links live on; its host may be claimed again.',
    run: async ([host], { workspace }, admin) => {
      const { workspaceId, domainId, domain } = await domainByHost(admin, host, workspace);
      const closure = dynamodbDomainClosure(admin.database, admin.deployment.outputs.LinksTable);
      await deleteDomain({ ...admin, closure }, { workspaceId, domainId, budgetMs: SEARCH_MS });
      admin.print(`${domain} is deleted.`);
    },
  }),
};

type StatusChange = { host: string; workspace: string | undefined; status: 'ready' | 'disabled' };

async function setStatus(admin: Admin, { host, workspace, status }: StatusChange): Promise<void> {
  const { workspaceId, domainId, domain } = await domainByHost(admin, host, workspace);
  const after = await admin.workspaces.updateDomain(workspaceId, domainId, {
    status,
    stopped: status === 'disabled',
    ...(status === 'ready' && { provenAtMs: admin.now() }),
  });
  if (after === 'host_taken') throw hostTaken(domain);
  admin.print(`${domain} is ${status}.`);
}

const rowOf = ({ domain, status, domainId, workspaceId }: Domain): string[] => [
  domain,
  status,
  domainId,
  workspaceId,
];
