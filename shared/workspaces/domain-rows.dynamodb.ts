import { REFUSED } from '../dynamodb/refusals.ts';
import type { Write } from '../dynamodb/transact.dynamodb.ts';
import { Problem } from '../problem.ts';
import { CLAIM_MS, isHeld, isProven } from './domain-claim.ts';
import type { Condition, Item, Key, Rows } from './rows.dynamodb.ts';
import type { Domain } from './workspace.ts';
import { hostKey, workspaceReader } from './workspace-reader.ts';
import type { DomainChanges, WorkspaceStore } from './workspace-store.ts';

const domainKey = ({ workspaceId, domainId }: Pick<Domain, 'workspaceId' | 'domainId'>): Key => ({
  pk: `workspace#${workspaceId}`,
  sk: `domain#${domainId}`,
});
/** Keeps a workspace from claiming a host twice. */
const claimKey = ({ workspaceId, domain }: Pick<Domain, 'workspaceId' | 'domain'>): Key => ({
  pk: `workspace#${workspaceId}`,
  sk: `claim#${domain}`,
});

/** How often a change is made anew when others change the domain at the same time. */
const ATTEMPTS = 5;

type DomainRows = Pick<
  WorkspaceStore,
  'findDomain' | 'domains' | 'findHost' | 'addDomain' | 'updateDomain' | 'removeDomain'
>;

/** Domains, claims and hosts in the Workspaces table. */
export function domainRows(rows: Rows): DomainRows {
  const findDomain = async (workspaceId: string, domainId: string): Promise<Domain | undefined> => {
    const item = await rows.find(domainKey({ workspaceId, domainId }));
    return item && domainFrom(item);
  };
  return {
    findDomain,
    domains: async (workspaceId) =>
      (await rows.list(`workspace#${workspaceId}`, 'domain#'))
        .map(domainFrom)
        .sort((a, b) => a.createdAtMs - b.createdAtMs),
    findHost: workspaceReader((key) => rows.find(key)).findHost,
    addDomain: async (domain) => {
      const [, claim, host] = await rows.attempt(creation(rows, domain));
      if (claim === REFUSED) return 'claimed';
      return host === REFUSED ? 'host_taken' : 'created';
    },
    updateDomain: async (workspaceId, domainId, changes) => {
      for (let attempt = 1; ; attempt += 1) {
        const domain = await findDomain(workspaceId, domainId);
        if (domain === undefined) return undefined;
        if (isHeld(domain, changes)) return 'stopped';
        const after = changed(domain, changes);
        const [own, host] = await rows.attempt(changeWrites(rows, domain, changes));
        if (own !== REFUSED && host !== REFUSED) return after;
        if (own !== REFUSED && !isProven(domain)) return 'host_taken';
        if (attempt === ATTEMPTS) throw tooManyChanges();
      }
    },
    removeDomain: async (domain) => {
      const writes = [
        rows.remove(domainKey(domain), asRead(domain)),
        rows.remove(claimKey(domain), ours(domain, NEW)),
        ...(isProven(domain) ? [rows.remove(hostKey(domain.domain), ours(domain, NEW))] : []),
      ];
      return (await rows.attempt(writes)).length === 0;
    },
  };
}

const tooManyChanges = (): Problem =>
  new Problem('unavailable', 'too many changes at once to this domain; try again in a second', {
    retryAfterSeconds: 1,
  });

function creation(rows: Rows, domain: Domain): Write[] {
  const lapse = lapsing(domain);
  const claim = { ...claimKey(domain), domainId: domain.domainId, ...lapse };
  const free: Condition = {
    expression: 'attribute_not_exists(pk) OR lapsesAtMs <= :now',
    values: { ':now': domain.createdAtMs },
  };
  return [
    rows.put({ ...domainKey(domain), ...domain, ...lapse }, NEW),
    rows.put(claim, free),
    ...(isProven(domain) ? [takeHost(rows, domain)] : []),
  ];
}

const NEW: Condition = { expression: 'attribute_not_exists(pk)', values: {} };

/** What makes an item go when the claim lapses. */
const lapsing = ({ lapsesAtMs }: Domain): Item =>
  lapsesAtMs === null ? {} : { lapsesAtMs, ttl: Math.ceil(lapsesAtMs / 1000) };

/** The first proof takes the host; a host item that is pending is a claim of before there were proofs. */
const takeHost = (rows: Rows, { domain: host, domainId, workspaceId, status, provenAtMs }: Domain): Write =>
  rows.put(
    { ...hostKey(host), host, domainId, workspaceId, status, provenAtMs },
    {
      expression:
        'attribute_not_exists(pk) OR domainId = :own OR (#status = :pending AND attribute_not_exists(provenAtMs))',
      names: { '#status': 'status' },
      values: { ':own': domainId, ':pending': 'pending' },
    },
  );

/** The domain with the changes made; a proof comes once. */
function changed(domain: Domain, { status, policy = {}, provenAtMs, stopped }: DomainChanges): Domain {
  const proof = isProven(domain) || provenAtMs === undefined ? {} : { provenAtMs, lapsesAtMs: null };
  const given = Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));
  const stop = stopped === undefined ? {} : { stopped };
  return { ...domain, ...(status && { status }), ...stop, ...proof, policy: { ...domain.policy, ...given } };
}

/** The writes that make the changes, the domain's first, then its host's. */
function changeWrites(rows: Rows, domain: Domain, changes: DomainChanges): Write[] {
  const after = changed(domain, changes);
  // Single members are set, so that two changes at once to different members both stay.
  const policy = prefixed('policy.', changes.policy ?? {});
  const proves = !isProven(domain) && isProven(after);
  if (changes.status === undefined && !proves) {
    return Object.keys(policy).length === 0 ? [] : [rows.change(domainKey(domain), policy)];
  }
  const { status, provenAtMs, stopped } = after;
  const own = rows.change(domainKey(domain), { status, provenAtMs, stopped, ...policy }, asRead(domain), [
    ...(proves ? ['lapsesAtMs', 'ttl'] : []),
  ]);
  if (proves) {
    const claim = rows.put({ ...claimKey(domain), domainId: domain.domainId }, ours(domain, NEW));
    return [own, takeHost(rows, after), claim];
  }
  const host = () => rows.change(hostKey(domain.domain), { status, provenAtMs }, ours(domain));
  return isProven(after) ? [own, host()] : [own];
}

/** The condition of a domain that nobody has changed but for its policy. */
const asRead = ({ status, provenAtMs, stopped = false }: Domain): Condition => ({
  expression:
    '#status = :wasStatus AND (attribute_not_exists(#provenAtMs) OR #provenAtMs = :wasProven)' +
    ' AND (attribute_not_exists(#stopped) OR #stopped = :wasStopped)',
  names: { '#status': 'status', '#provenAtMs': 'provenAtMs', '#stopped': 'stopped' },
  values: { ':wasStatus': status, ':wasProven': provenAtMs, ':wasStopped': stopped },
});

/** The condition of an item that is this domain's, or another one. */
const ours = ({ domainId }: Domain, or?: Condition): Condition => ({
  expression: `${or ? `${or.expression} OR ` : ''}domainId = :domainId`,
  values: { ':domainId': domainId, ...or?.values },
});

const prefixed = (prefix: string, members: object): Item =>
  Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [prefix + name, value]),
  );

/**
 * A domain as it is stored. Of those of before there were proofs, what was ready or disabled is its workspace's; what
 * was pending has its time from when it was made, and its record names its id, which nobody could have foreseen.
 */
function domainFrom(item: Item): Domain {
  const { pk: _pk, sk: _sk, ttl: _ttl, ...stored } = item;
  const { domainId, status, createdAtMs, ...since } = stored as Legacy & Partial<Domain>;
  const unproven = since.provenAtMs === undefined ? status === 'pending' : since.provenAtMs === null;
  return {
    ...(stored as Domain),
    challenge: since.challenge ?? domainId,
    provenAtMs: unproven ? null : (since.provenAtMs ?? createdAtMs),
    lapsesAtMs: unproven ? (since.lapsesAtMs ?? createdAtMs + CLAIM_MS) : null,
  };
}

/** What an item has always had. */
type Legacy = Pick<Domain, 'domainId' | 'status' | 'createdAtMs'>;
