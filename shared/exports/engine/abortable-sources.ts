import { beforeAbort } from '#shared/deadline.ts';
import type { Sources } from './kind.ts';

/** Sources whose reads end with a signal: those under way when it is aborted fail, and none is begun after that. */
export const abortableSources = (
  { links, totals, clicks, ...others }: Sources,
  signal: AbortSignal,
): Sources => ({
  ...others,
  links: {
    page: (request) => links.page({ ...request, signal }),
    findMany: (workspaceId, urlIds) => beforeAbort(signal, () => links.findMany(workspaceId, urlIds)),
  },
  totals: {
    read: (workspaceId, after) => totals.read(workspaceId, after, signal),
    findMany: (workspaceId, urlIds) => totals.findMany(workspaceId, urlIds, signal),
    workspaceDays: (workspaceId, from, to) => totals.workspaceDays(workspaceId, from, to, signal),
  },
  clicks: { read: (range) => clicks.read({ ...range, signal }) },
});
