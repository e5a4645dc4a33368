import type { Link } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { someOf } from '#shared/quoted.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import type { JobWarning } from '../jobs/job.ts';

/** Links that are looked at for spaces and tags: in a workspace with more, a name is only missed when all were seen. */
const LINKS_LOOKED_AT = 5_000;
const PAGE_LINKS = 1_000;
/** Ids of a spec that are looked up; further ones are taken as they are. */
const IDS_LOOKED_UP = 1_000;

export type NameTools = {
  workspaces: Pick<WorkspaceStore, 'domains'>;
  links: Pick<LinkStore, 'page' | 'findMany'>;
};

/** Warnings of names in a spec's filters that nothing in the workspace has: mostly slips of the pen. */
export async function unknownNames(
  spec: Readonly<Record<string, unknown>>,
  workspaceId: string,
  { workspaces, links }: NameTools,
): Promise<JobWarning[]> {
  const named = (...fields: string[]): string[] =>
    fields.flatMap((field) => (spec[field] === undefined ? [] : ([spec[field]].flat() as string[])));
  const [hosts, spaces, tags, ids] = [
    named('domain', 'domains').map((host) => host.toLowerCase()),
    named('space', 'spaces'),
    named('tag', 'tags'),
    named('url_ids').slice(0, IDS_LOOKED_UP),
  ];
  const known = hosts.length === 0 ? [] : (await workspaces.domains(workspaceId)).map(({ domain }) => domain);
  const found = ids.length === 0 ? undefined : await links.findMany(workspaceId, ids);
  const unused = await unusedNames({ spaces, tags }, (after) =>
    links.page({ workspaceId, order: 'descending', after, limit: PAGE_LINKS }),
  );
  return [
    ...warningOf(
      'domain',
      hosts.filter((host) => !known.includes(host)),
    ),
    ...warningOf('space', unused.spaces),
    ...warningOf('tag', unused.tags),
    ...warningOf(
      'link',
      ids.filter((id) => !found?.has(id)),
    ),
  ];
}

const warningOf = (kind: string, names: readonly string[]): JobWarning[] =>
  names.length === 0
    ? []
    : [{ code: 'unknown_names', message: `there is no ${kind} ${someOf(names)} in this workspace` }];

type Names = { spaces: string[]; tags: string[] };
type Page = { links: readonly Link[]; next?: string | undefined };

/** Those of the spaces and tags that no link has; none while there are links that were not looked at. */
async function unusedNames(
  { spaces, tags }: Names,
  pageAfter: (after: string | undefined) => Promise<Page>,
): Promise<Names> {
  const left = { spaces: new Set(spaces), tags: new Set(tags) };
  let after: string | undefined;
  for (let seen = 0; left.spaces.size + left.tags.size > 0; ) {
    if (seen >= LINKS_LOOKED_AT) return { spaces: [], tags: [] };
    const page = await pageAfter(after);
    for (const { space, tags: ofLink } of page.links) {
      if (space !== null) left.spaces.delete(space);
      for (const tag of ofLink) left.tags.delete(tag);
    }
    seen += page.links.length;
    after = page.next;
    if (after === undefined) break;
  }
  return { spaces: [...left.spaces], tags: [...left.tags] };
}
