import { Problem } from '../problem.ts';
import type { Link } from './link.ts';
import type { LinkStore } from './link-store.ts';
import { slugUnavailable } from './slug.ts';

/** Whose link is changed, and when. */
export type ChangeContext = {
  store: Pick<LinkStore, 'find' | 'replace' | 'remove'>;
  workspaceId: string;
  nowMs: number;
};

/** Tries before others that change the same link at once are believed to go on for ever. */
const MAX_TRIES = 5;

/** A link by its id. @throws Problem 'not_found', also for a link of another workspace */
export async function findLink(
  store: Pick<LinkStore, 'find'>,
  workspaceId: string,
  urlId: string,
): Promise<Link> {
  const link = await store.find(workspaceId, urlId);
  if (link) return link;
  throw new Problem('not_found', `There is no link ${urlId} in this workspace.`);
}

/**
 * Changes a link as `change` says, which is asked again when somebody else changed it meanwhile.
 * @throws Problem 'not_found', 'slug_unavailable', 'conflict', or whatever `change` refuses
 */
export async function changeLink(
  { store, workspaceId, nowMs }: ChangeContext,
  urlId: string,
  change: (link: Link) => Link | Promise<Link>,
): Promise<{ before: Link; after: Link }> {
  for (let tried = 0; tried < MAX_TRIES; tried += 1) {
    const before = await findLink(store, workspaceId, urlId);
    const after = { ...(await change(before)), updatedAtMs: nowMs, version: before.version + 1 };
    const outcome = await store.replace(before, after);
    if (outcome === 'replaced') return { before, after };
    if (outcome === 'slug_taken') throw slugUnavailable(after.shortCode, 'new_slug');
  }
  throw new Problem('conflict');
}

/** Stops a link for good; its slug is held and its recorded clicks stay. @throws Problem 'not_found' or 'conflict' */
export async function deleteLink({ store, workspaceId, nowMs }: ChangeContext, urlId: string): Promise<void> {
  for (let tried = 0; tried < MAX_TRIES; tried += 1) {
    const link = await findLink(store, workspaceId, urlId);
    if ((await store.remove(link, nowMs)) === 'removed') return;
  }
  throw new Problem('conflict');
}
