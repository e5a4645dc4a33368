import type { PlanName } from './plans.ts';

/** A tenant: it owns links, clicks, domains, keys and jobs. */
export type Workspace = {
  workspaceId: string;
  name: string;
  plan: PlanName;
  status: 'active' | 'suspended';
  /** Where "export ready" mails go when the session names no address. */
  notifyEmail: string | null;
  /** Raises the plan's event rate for this workspace. */
  eventRequestsAMinute: number | null;
  exportRequestsAMinute: number | null;
  createdAtMs: number;
};

/**
 * A short domain, or the claim of one. `domain` is the host, lower case, without port; hosts match exactly.
 * Several workspaces may claim a host; the first that proves it has it.
 */
export type Domain = {
  domainId: string;
  workspaceId: string;
  domain: string;
  status: 'ready' | 'pending' | 'disabled';
  policy: { allowHttp: boolean; expirationRequired: boolean; expirationChangesAllowed: boolean };
  /** What the TXT record of the host has to say: this claim's alone. */
  challenge: string;
  /** When the host became the workspace's, by its record or the operator's word. */
  provenAtMs: number | null;
  /** When an unproven claim ends. */
  lapsesAtMs: number | null;
  /** The operator has disabled it: only the operator makes it ready again. */
  stopped?: boolean | undefined;
  createdAtMs: number;
};

/** What a proven host leads to; all that a redirect needs to know of a domain. */
export type Host = { host: string; domainId: string; workspaceId: string; status: Domain['status'] };

export const SCOPES = [
  'links:read',
  'links:write',
  'qr',
  'analytics:read',
  'exports:read',
  'exports:write',
  'ulink:session',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a new key may do unless it is narrowed: everything but to stand in for a ULink session. */
export const DEFAULT_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== 'ulink:session');

/** An API key as stored: never its secret, only the SHA-256 of it. */
export type ApiKey = {
  keyId: string;
  workspaceId: string;
  secretSha256: string;
  scopes: readonly Scope[];
  createdAtMs: number;
  revokedAtMs: number | null;
};

/** Who calls: the workspace of the credential and what the credential may do there. */
export type Principal = {
  workspace: Workspace;
  scopes: ReadonlySet<Scope>;
  via: 'key' | 'session' | 'conversion';
  /** The API key; for a session the key that opened it; null for an external issuer's session. */
  keyId: string | null;
  email: string | null;
};
