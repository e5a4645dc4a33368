import { createKey } from '#shared/credentials/api-key.ts';
import { openSecrets, type Secrets } from '#shared/credentials/secrets.ts';
import { DEFAULT_POLICY } from '#shared/workspaces/domain-claim.ts';
import { DEFAULT_SCOPES, type Domain, type Scope, type Workspace } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';

/** An active enterprise workspace, but for what is given. */
export const exampleWorkspace = (given: Partial<Workspace> & { workspaceId: string }): Workspace => ({
  name: 'Example',
  plan: 'enterprise',
  status: 'active',
  notifyEmail: null,
  eventRequestsAMinute: null,
  exportRequestsAMinute: null,
  createdAtMs: 1_000,
  ...given,
});

/** A ready domain of the given workspace, proven when it was made, but for what is given. */
export function exampleDomain(given: Partial<Domain> & { workspaceId: string }): Domain {
  const createdAtMs = given.createdAtMs ?? 1_000;
  return {
    domainId: '00000000-0000-0000-0000-000000000000',
    domain: 'links.example.com',
    status: 'ready',
    policy: DEFAULT_POLICY,
    challenge: 'challenge',
    provenAtMs: createdAtMs,
    lapsesAtMs: null,
    createdAtMs,
    ...given,
  };
}

/** Secrets of a deployment of their own, in memory. */
export const memorySecrets = (now: () => number = () => 0): Secrets => openSecrets(memorySecretStore(), now);

/** A store in memory with one workspace and one key. */
export async function openWorkspace({
  workspaceId = '018f0000-0000-7000-8000-000000000001',
  scopes = DEFAULT_SCOPES,
  workspaces = memoryWorkspaceStore(),
}: {
  workspaceId?: string;
  scopes?: readonly Scope[];
  workspaces?: WorkspaceStore;
} = {}) {
  await workspaces.create(exampleWorkspace({ workspaceId }));
  const { text, key } = await createKey(workspaces, { workspaceId, scopes, nowMs: 1_000 });
  return { workspaces, workspaceId, apiKey: text, key };
}
