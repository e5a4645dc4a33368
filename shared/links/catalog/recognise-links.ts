import { Problem } from '#shared/problem.ts';
import type { Link } from '../link.ts';
import type { LinkStore } from '../link-store.ts';
import { isSlug } from '../slug.ts';
import type { TriedRow } from './draft-row.ts';
import { rowDifferences } from './row-differences.ts';

export type RecogniseContext = {
  links: Pick<LinkStore, 'findSlug' | 'findMany'>;
  workspaceId: string;
  nowMs: number;
};

/**
 * Settles rows that were refused, though the link that they describe is there: a catalog that comes back into its own
 * workspace. Asked about refused rows only, so that an import of new links reads nothing more.
 */
export async function recogniseLinks(rows: readonly TriedRow[], context: RecogniseContext): Promise<void> {
  const refused = rows.filter(({ result }) => result?.kind === 'refused');
  const found = await linksOf(refused, context);
  for (const [n, tried] of refused.entries()) {
    const { row, said, result } = tried;
    const link = found[n];
    if (link === undefined) continue;
    const differences = rowDifferences(row.cells, { said: said!, link, nowMs: context.nowMs });
    if (differences.length === 0) tried.result = { kind: 'in_place', urlId: link.urlId };
    else if (result?.kind === 'refused' && result.problem.code === 'slug_unavailable') {
      tried.result = { kind: 'refused', problem: otherLink(link, differences) };
    }
  }
}

/** The workspace's own links under the slugs that the rows name. */
async function linksOf(
  rows: readonly TriedRow[],
  { links, workspaceId, nowMs }: RecogniseContext,
): Promise<(Link | undefined)[]> {
  const slugs = await Promise.all(
    rows.map(({ said, domain }) =>
      domain && said?.input.shortCode && isSlug(said.input.shortCode)
        ? links.findSlug(domain.domainId, said.input.shortCode, nowMs)
        : undefined,
    ),
  );
  const ids = slugs.map((slug) =>
    slug?.kind === 'link' && slug.link.workspaceId === workspaceId ? slug.link.urlId : undefined,
  );
  const found = await links.findMany(
    workspaceId,
    [...new Set(ids)].filter((id) => id !== undefined),
  );
  return ids.map((id) => (id === undefined ? undefined : found.get(id)));
}

const otherLink = ({ shortCode, urlId }: Link, differences: readonly string[]): Problem =>
  new Problem(
    'slug_unavailable',
    `Slug is not available: "${shortCode}" is that of the link ${urlId}, which has another ${differences.join(', ')}; an import changes no link`,
    { field: 'short_code' },
  );
