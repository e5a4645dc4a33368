import { newUuid, uuidMs } from '#shared/ids.ts';
import { type Link, NO_UTM } from '#shared/links/link.ts';
import type { RoutingRule } from '#shared/links/rules/routing-rule.ts';

/** A plain active link; created at the instant of its id unless told otherwise. */
export function aLink(members: Partial<Link> = {}): Link {
  const urlId = members.urlId ?? newUuid();
  const createdAtMs = members.createdAtMs ?? uuidMs(urlId);
  return {
    urlId,
    workspaceId: '11111111-1111-1111-1111-111111111111',
    domainId: '00000000-0000-0000-0000-000000000000',
    domain: 'links.example.com',
    shortCode: urlId.slice(-12),
    destinationUrl: 'https://example.com/landing',
    title: null,
    utm: NO_UTM,
    customQueryParams: {},
    space: null,
    tags: [],
    type: 'unified',
    status: 'active',
    expiresAtMs: null,
    passwordHash: null,
    redirectStatusCode: 302,
    passClickId: false,
    forwardQuery: false,
    routingRules: [],
    qr: null,
    createdBy: null,
    createdAtMs,
    updatedAtMs: createdAtMs,
    version: 1,
    ...members,
  };
}

/** Fifty rules of more than a kilobyte each: about the most that a link may have. @param mark  makes them differ */
export const largeRules = (mark: string): RoutingRule[] =>
  Array.from({ length: 50 }, (_, n) => ({
    name: `${mark} ${n}`,
    enabled: true,
    actionType: 'destination_override',
    conditions: { countryIn: ['DE'], deviceTypeIn: [], deviceOsIn: [], timeWindows: [] },
    destinationUrl: `https://example.com/${mark}?${'q'.repeat(1_000)}${n}`,
  }));
