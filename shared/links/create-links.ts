import { Problem } from '../problem.ts';
import { type Link, shortUrl } from './link.ts';
import { quotaExceeded } from './link-quota.ts';
import {
  CREATIONS_AT_ONCE,
  type CreateOutcome,
  type Creation,
  type LinkStore,
  type MonthlyQuota,
  type Replay,
} from './link-store.ts';
import { slugUnavailable } from './slug.ts';

/** A link to be created. `key`: the hashes of its idempotency key and of the body that came with it. */
export type LinkRequest = {
  link: Link;
  /** Another slug will do when this one is taken. */
  slugIsGenerated: boolean;
  key?: { hash: string; bodyHash: string } | undefined;
};

export type LinkResult =
  | { kind: 'created'; link: Link }
  | { kind: 'replayed'; replay: Replay }
  | { kind: 'refused'; problem: Problem };

export type CreateContext = {
  store: Pick<LinkStore, 'createMany' | 'findReplays'>;
  quota: MonthlyQuota | undefined;
  newSlug(): string;
  shortOrigin: string;
  nowMs: number;
  /** How the caller calls the slug. */
  slugField?: string;
};

/** Generated slugs that are tried for one link. With 1.7e12 of them, the second is already a rare sight. */
const MAX_SLUGS = 8;

type Open = LinkRequest & { result?: LinkResult; slugs: number };

/**
 * Creates links of one workspace; each answers for itself, in the order given. Whatever happens in between, a request
 * with a key makes one link, and each link takes one place of the quota.
 */
export async function createLinks(
  requests: readonly LinkRequest[],
  context: CreateContext,
): Promise<LinkResult[]> {
  const all: Open[] = requests.map((request) => ({ ...request, slugs: 1 }));
  for (let open = all; open.length > 0; open = open.filter(({ result }) => result === undefined)) {
    const wave = nextWave(open);
    const outcomes = await context.store.createMany(
      wave.map((request) => creationOf(request, context.shortOrigin)),
      context.quota,
    );
    for (const [n, request] of wave.entries()) settle(request, outcomes[n]!, context);
    await settleReplays(
      wave.filter((_, n) => outcomes[n] === 'key_used'),
      context,
    );
  }
  return all.map(({ result }) => result!);
}

/** Creates one link. @throws Problem why it is refused */
export async function createLink(request: LinkRequest, context: CreateContext): Promise<Link> {
  const [result] = await createLinks([request], context);
  if (result?.kind === 'created') return result.link;
  throw result?.kind === 'refused' ? result.problem : new Error('a link without a key was replayed');
}

/** As many as fit into one transaction, no slug and no key twice: what comes second has to see what became of the first. */
function nextWave(open: readonly Open[]): Open[] {
  const taken = new Set<string>();
  return open
    .filter(({ link, key }) => {
      const names = [`slug ${link.domainId} ${link.shortCode}`, ...(key ? [`key ${key.hash}`] : [])];
      if (names.some((name) => taken.has(name))) return false;
      for (const name of names) taken.add(name);
      return true;
    })
    .slice(0, CREATIONS_AT_ONCE);
}

function creationOf({ link, key }: Open, shortOrigin: string): Creation {
  if (!key) return { link };
  const { urlId, shortCode } = link;
  return {
    link,
    key: {
      hash: key.hash,
      replay: { bodyHash: key.bodyHash, urlId, shortCode, shortUrl: shortUrl(shortOrigin, link) },
    },
  };
}

function settle(request: Open, outcome: CreateOutcome, context: CreateContext): void {
  const { link, slugIsGenerated, slugs } = request;
  if (outcome === 'created') request.result = { kind: 'created', link };
  else if (outcome === 'domain_closed') refuse(request, domainClosed(link));
  else if (outcome === 'quota_exceeded') refuse(request, quotaExceeded(context.quota!, context.nowMs));
  else if (outcome === 'slug_taken' && !slugIsGenerated) {
    refuse(request, slugUnavailable(link.shortCode, context.slugField));
  } else if (outcome === 'slug_taken' && slugs === MAX_SLUGS) {
    refuse(request, new Problem('unavailable', `no free slug was found in ${MAX_SLUGS} tries; try again`));
  } else if (outcome === 'slug_taken') {
    request.link = { ...link, shortCode: context.newSlug() };
    request.slugs = slugs + 1;
  }
}

/** Somebody used these keys first. Asked as of the instant at which they stood in the way, so that they are found. */
async function settleReplays(requests: readonly Open[], { store }: CreateContext): Promise<void> {
  if (requests.length === 0) return;
  const hashes = requests.map(({ key }) => key!.hash);
  const atMs = Math.min(...requests.map(({ link }) => link.createdAtMs));
  const replays = await store.findReplays(requests[0]!.link.workspaceId, hashes, atMs);
  for (const request of requests) {
    const replay = replays.get(request.key!.hash);
    if (replay) request.result = replayResult(replay, request.key!.bodyHash);
  }
}

/** What a key that was used before answers to a body. */
export function replayResult(replay: Replay, bodyHash: string): LinkResult {
  if (replay.bodyHash === bodyHash) return { kind: 'replayed', replay };
  const problem = new Problem(
    'idempotency_conflict',
    `The idempotency key was used for another link, ${replay.urlId}, within the last 24 hours`,
    { field: 'idempotency_key' },
  );
  return { kind: 'refused', problem };
}

function refuse(request: Open, problem: Problem): void {
  request.result = { kind: 'refused', problem };
}

const domainClosed = ({ domain }: Link): Problem =>
  new Problem('conflict', `The domain ${domain} is being deleted; try again to see what became of it`, {
    field: 'domain_id',
  });
