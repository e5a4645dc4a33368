import type { Link, Slug } from './link.ts';

/** Position and size of a page of links. Links are in the order of `urlId`, which is the order of creation. */
export type LinkPageRequest = {
  workspaceId: string;
  order: 'ascending' | 'descending';
  /** Strictly beyond this id in the given order. */
  after?: string | undefined;
  /** Only links created at or before this instant. */
  createdUntilMs?: number | undefined;
  limit: number;
};

export type LinkPage = { links: Link[]; next: string | undefined };

/** Links of workspaces with their slugs. Every read is strongly consistent. */
export type LinkStore = {
  /** Writes link and slug item in one transaction; a slug in use or held by another link is not taken. */
  create(link: Link): Promise<'created' | 'slug_taken'>;
  find(workspaceId: string, urlId: string): Promise<Link | undefined>;
  /** Those of the ids that exist, by id; order and number of ids do not matter. */
  findMany(workspaceId: string, urlIds: readonly string[]): Promise<Map<string, Link>>;
  /** What a slug leads to, a tombstone still held included; undefined when it is free. */
  findSlug(domainId: string, shortCode: string, nowMs: number): Promise<Slug | undefined>;
  /**
   * Writes the changed link over the version it was made from, and its slug item; a changed slug leaves a tombstone.
   * `changed`: somebody else wrote meanwhile, or the link is gone.
   */
  replace(before: Link, after: Link): Promise<'replaced' | 'slug_taken' | 'changed'>;
  /** Removes link and slug item, leaving a tombstone. */
  remove(link: Link, nowMs: number): Promise<'removed' | 'changed'>;
  page(request: LinkPageRequest): Promise<LinkPage>;
};
