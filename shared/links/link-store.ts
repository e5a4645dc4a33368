import type { Link, Slug } from './link.ts';

/** Position and size of a page of links. Links are in the order of `urlId`, which is the order of creation. */
export type LinkPageRequest = {
  workspaceId: string;
  order: 'ascending' | 'descending';
  /** Strictly beyond this id in the given order. */
  after?: string | undefined;
  /** Only links created at or before this instant. */
  createdUntilMs?: number | undefined;
  /** At most this many; a page may be shorter and still have a next one. */
  limit: number;
  /** Ends the read when it is aborted. */
  signal?: AbortSignal | undefined;
};

/** `next`: the `after` of the following page; undefined when no link follows. */
export type LinkPage = { links: Link[]; next: string | undefined };

/** What an idempotency key stands for: the body that it was used with and the link that came of it. */
export type Replay = { bodyHash: string; urlId: string; shortCode: string; shortUrl: string };

/** One link to be written. `key`: the hash of its idempotency key, and what a later use of it answers. */
export type Creation = { link: Link; key?: { hash: string; replay: Replay } };

/** The links that a workspace may make within a calendar month. */
export type MonthlyQuota = {
  workspaceId: string;
  /** `2026-11`, UTC. */
  month: string;
  links: number;
};

/**
 * `key_used`: the idempotency key has a link already; findReplays tells which. `domain_closed`: the domain is about to
 * be deleted, see DomainClosure.
 */
export type CreateOutcome = 'created' | 'slug_taken' | 'key_used' | 'quota_exceeded' | 'domain_closed';

/** As many creations as fit into one transaction with their slugs, keys and the quota. */
export const CREATIONS_AT_ONCE = 25;

/** Idempotency rows are honoured for 24 hours. */
export const REPLAY_MS = 86_400_000;

/** A slug that was given up is held for 30 days. */
export const TOMBSTONE_MS = 30 * 86_400_000;

/** Links of workspaces with their slugs. Every read is strongly consistent. */
export type LinkStore = {
  /** Writes link and slug item in one transaction; a slug in use or held by another link is not taken. */
  create(link: Link): Promise<'created' | 'slug_taken' | 'domain_closed'>;
  /**
   * Writes up to CREATIONS_AT_ONCE links of one workspace, each with its slug item, idempotency row and its place in
   * the quota in the same transaction: whatever crashes, a link counts once. Outcomes are in the order given, and when
   * the quota ends, the first ones get it. No slug and no key may stand twice among them.
   * @throws Problem 'unavailable' when other writers keep getting in between
   */
  createMany(creations: readonly Creation[], quota?: MonthlyQuota): Promise<CreateOutcome[]>;
  /** What the idempotency keys of the given hashes stand for, where they were used in the last 24 hours. */
  findReplays(workspaceId: string, hashes: readonly string[], nowMs: number): Promise<Map<string, Replay>>;
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
