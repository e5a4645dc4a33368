import type { Slug, SlugLink } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { Host } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { Recent } from './recent.ts';
import { within } from './within.ts';

type Tools = {
  hosts: Pick<WorkspaceStore, 'findHost'>;
  links: Pick<LinkStore, 'findSlug'>;
  timeouts: {
    /** How long one look-up may take before the answer of the last one is used, ms. */
    knownMs: number;
    /** How long both look-ups together may take where there is none. */
    unknownMs: number;
  };
  /** How many hosts and how many slugs are remembered. */
  remembered: number;
  onStale(error: unknown): void;
};

/** DNS allows no longer names; what is longer than a key may be would look like an outage. */
const HOST_LIMIT = 253;

/**
 * How long an instance goes on with what it has read, ms: a link that all the world follows costs one read a second,
 * and whatever changes on a link holds everywhere within that second.
 */
const FRESH_MS = { host: 5_000, slug: 1_000 };

/** The link behind a slug of a host; undefined when there is none. @throws when neither table nor memory knows */
export type ResolveSlug = (host: string, shortCode: string, nowMs: number) => Promise<SlugLink | undefined>;

/**
 * Looks hosts and slugs up in their tables, and goes on with the answer while it is fresh. What was found is remembered
 * beyond that for the time in which a table does not answer, and for that time only: a table's "no such slug" is taken
 * at once.
 */
export function slugResolver({ hosts, links, timeouts, remembered, onStale }: Tools): ResolveSlug {
  const open = <Value>(freshMs: number) => lookUp<Value>({ freshMs, timeouts, remembered, onStale });
  const hostOf = open<Host>(FRESH_MS.host);
  const slugOf = open<Slug>(FRESH_MS.slug);

  const findSlug = (domainId: string, shortCode: string, nowMs: number) =>
    slugOf.find(`${domainId} ${shortCode}`, nowMs, () => links.findSlug(domainId, shortCode, nowMs));

  const resolve: ResolveSlug = async (hostName, shortCode, nowMs) => {
    // A known host nearly always leads where it led before, so both look-ups run at once.
    const expected = hostOf.remembered(hostName)?.domainId;
    const early = expected === undefined ? undefined : findSlug(expected, shortCode, nowMs);
    early?.catch(() => {});
    const host = await hostOf.find(hostName, nowMs, () => hosts.findHost(hostName));
    if (host === undefined || host.status !== 'ready') return undefined;
    const slug = await (early !== undefined && host.domainId === expected
      ? early
      : findSlug(host.domainId, shortCode, nowMs));
    return slug?.kind === 'link' ? slug.link : undefined;
  };

  return async (hostName, shortCode, nowMs) =>
    hostName.length > HOST_LIMIT
      ? undefined
      : within(timeouts.unknownMs, 'the look-ups', () => resolve(hostName, shortCode, nowMs));
}

type LookUp<Value> = {
  /** The last answer, however old, if there was something. */
  remembered(key: string): Value | undefined;
  /** An answer that is fresh, else the table's, else the last one. @param nowMs  before `ask` is called */
  find(key: string, nowMs: number, ask: () => Promise<Value | undefined>): Promise<Value | undefined>;
};

/** The how-manieth question an answer is for, and when it was asked. */
type Asked = { question: number; atMs: number };

type Options = Pick<Tools, 'timeouts' | 'remembered' | 'onStale'> & { freshMs: number };

function lookUp<Value>({ freshMs, timeouts, remembered, onStale }: Options): LookUp<Value> {
  const known = new Recent<Asked & { value: Value }>(remembered);
  // Apart from the others, so that whoever asks for many slugs that are none makes nobody forget those that are.
  const absent = new Recent<Asked>(remembered);
  let questions = 0;
  const isFresh = (asked: Asked | undefined, nowMs: number) =>
    asked !== undefined && asked.atMs <= nowMs && nowMs < asked.atMs + freshMs;
  /** A slow answer may come when a later question has been answered: it is older than what is known. */
  const isOutrun = (key: string, { question }: Asked) =>
    Math.max(known.get(key)?.question ?? 0, absent.get(key)?.question ?? 0) > question;

  return {
    remembered: (key) => known.get(key)?.value,
    find: async (key, nowMs, ask) => {
      const before = known.get(key);
      if (isFresh(before, nowMs)) return before!.value;
      if (before === undefined && isFresh(absent.get(key), nowMs)) return undefined;
      questions += 1;
      const asked: Asked = { question: questions, atMs: nowMs };
      try {
        const value = await (before === undefined ? ask() : within(timeouts.knownMs, 'a look-up', ask));
        if (isOutrun(key, asked)) return value;
        if (value === undefined) {
          known.delete(key);
          absent.set(key, asked);
        } else known.set(key, { ...asked, value });
        return value;
      } catch (error) {
        if (before === undefined) throw error;
        onStale(error);
        return before.value;
      }
    },
  };
}
