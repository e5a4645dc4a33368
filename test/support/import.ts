import { newUuid } from '#shared/ids.ts';
import type { ImportTools } from '#shared/links/catalog/import-links.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { newSlug } from '#shared/links/slug.ts';
import { linkQrCheck } from '#shared/qr/presets/link-qr-check.ts';
import type { Domain } from '#shared/workspaces/workspace.ts';
import { memoryLinkStore } from './memory/link-store.ts';
import { memoryLogoStore } from './memory/logo-store.ts';
import { memoryPresetStore } from './memory/preset-store.ts';
import { memoryWorkspaceStore } from './memory/workspace-store.ts';
import { exampleDomain, exampleWorkspace } from './workspaces.ts';

/** A workspace in memory with the domains `links.example.com` and `go.example.com`, ready to import into. */
export async function openImport({ links = memoryLinkStore() }: { links?: LinkStore } = {}) {
  const workspaceId = newUuid();
  const workspaces = memoryWorkspaceStore();
  const workspace = exampleWorkspace({ workspaceId });
  await workspaces.create(workspace);
  const addDomain = async (domain: string, members: Partial<Domain> = {}): Promise<Domain> => {
    const added = exampleDomain({ workspaceId, domainId: newUuid(), domain, ...members });
    await workspaces.addDomain(added);
    return added;
  };
  const domain = await addDomain('links.example.com');
  await addDomain('go.example.com', { createdAtMs: 2_000 });
  const presets = memoryPresetStore();
  const logos = memoryLogoStore();
  const tools: ImportTools = {
    links,
    workspaces,
    shortOrigin: 'https://{domain}',
    now: Date.now,
    newId: newUuid,
    newSlug: () => newSlug(),
    openQrCheck: (owner) => linkQrCheck(owner, { presets, logos }),
  };
  const all = async () => (await links.page({ workspaceId, order: 'ascending', limit: 5_000 })).links;
  return { workspace, workspaces, presets, logos, addDomain, domain, tools, links, all };
}
