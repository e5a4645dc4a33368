import type { Domain } from './workspace.ts';

/** How long a claim of a host waits for its proof. */
export const CLAIM_MS = 30 * 86_400_000;

/** What a domain allows unless its owner says otherwise. */
export const DEFAULT_POLICY: Domain['policy'] = {
  allowHttp: false,
  expirationRequired: false,
  expirationChangesAllowed: true,
};

type NewDomain = Pick<Domain, 'workspaceId' | 'domain'> & { policy?: Partial<Domain['policy']> };

type Tools = {
  now(): number;
  newId(): string;
  /** A value that nobody can foresee. */
  newChallenge(): string;
};

/** A claim of a host: pending, and gone after 30 days unless it is proven. */
export function pendingDomain({ policy, ...named }: NewDomain, { now, newId, newChallenge }: Tools): Domain {
  const createdAtMs = now();
  return {
    ...named,
    domainId: newId(),
    status: 'pending',
    policy: { ...DEFAULT_POLICY, ...policy },
    challenge: newChallenge(),
    provenAtMs: null,
    lapsesAtMs: createdAtMs + CLAIM_MS,
    createdAtMs,
  };
}

/** A domain that the operator vouches for. */
export function readyDomain(given: NewDomain, tools: Tools): Domain {
  const claim = pendingDomain(given, tools);
  return { ...claim, status: 'ready', provenAtMs: claim.createdAtMs, lapsesAtMs: null };
}

/** Whether a change would make ready again what the operator has stopped, and is not the operator's. */
export const isHeld = (
  { stopped = false }: Pick<Domain, 'stopped'>,
  change: { status?: Domain['status'] | undefined; stopped?: boolean | undefined },
): boolean => stopped && change.status === 'ready' && change.stopped === undefined;

/** Whether the host is its workspace's: an unproven claim is nobody's business but its own. */
export const isProven = ({ provenAtMs }: Pick<Domain, 'provenAtMs'>): boolean => provenAtMs !== null;

/** Whether a claim waited too long for its proof. The table's own expiry only cleans up: it may come days late. */
export const isLapsed = ({ lapsesAtMs }: Pick<Domain, 'lapsesAtMs'>, nowMs: number): boolean =>
  lapsesAtMs !== null && lapsesAtMs <= nowMs;

/** The DNS record that proves a claim. */
export const verificationOf = ({ domain, challenge }: Pick<Domain, 'domain' | 'challenge'>) =>
  ({ type: 'TXT', name: `_slugline.${domain}`, value: challenge }) as const;
