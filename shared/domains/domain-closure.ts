import { uuidMs } from '../ids.ts';

/** A domain that takes no links for a while. `token`: of whoever closes it. */
export type Closure = { domainId: string; token: string; untilMs: number; nowMs: number };

/** Places where a domain is closed: a new link looks at one of them, so that many at once do not meet at a single item. */
export const CLOSURE_SHARDS = 32;

/** The place at which links of a domain look that are written together with this one. */
export const closureShard = (urlId: string): number =>
  Number.parseInt(urlId.slice(-2), 16) % CLOSURE_SHARDS || 0;

/**
 * Keeps links off a domain while it is looked through and deleted. A link is made in one transaction with a look at
 * the closure, so either it was made before and is found, or it is not made.
 */
export type DomainClosure = {
  /** `sealed`: it was found empty by somebody who did not come to delete it; `busy`: another one is at it. */
  close(closure: Closure): Promise<'closed' | 'sealed' | 'busy'>;
  /** Keeps it closed as one that has no links; false when the closure ended meanwhile. */
  seal(closure: Closure): Promise<boolean>;
  /** Takes links again, unless another one closed it since. */
  reopen(closure: Pick<Closure, 'domainId' | 'token'>): Promise<void>;
  /**
   * Whether links live on a domain of the workspace.
   * @param place.sinceMs  none was made before
   * @param isLate  asked between pages; undefined is the answer when it says so before the end
   */
  hasLinks(
    place: { workspaceId: string; domainId: string; sinceMs: number },
    isLate: () => boolean,
  ): Promise<boolean | undefined>;
};

/** Whether a link may have been made since: clocks differ by minutes at most. */
export const CLOCKS_MS = 3_600_000;
export const wasMadeSince = (urlId: string, sinceMs: number): boolean => uuidMs(urlId) >= sinceMs - CLOCKS_MS;
