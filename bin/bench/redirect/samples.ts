import { newUuid } from '#shared/ids.ts';
import { type Link, NO_UTM } from '#shared/links/link.ts';

export const EDGE_SECRET = 'bench';

export const AGENTS = Array.from(
  { length: 50 },
  (_, n) =>
    `Mozilla/5.0 (Linux; Android ${10 + (n % 5)}; Pixel ${n}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1${n}.0.0.0 Mobile Safari/537.36`,
);

export const aLink = (members: Partial<Link>): Link => ({
  urlId: newUuid(),
  workspaceId: newUuid(),
  domainId: newUuid(),
  domain: 'localhost',
  shortCode: 'bench',
  destinationUrl: 'https://example.com/landing?a=1',
  title: null,
  utm: { ...NO_UTM, source: 'bench', medium: 'load' },
  customQueryParams: {},
  space: null,
  tags: ['bench'],
  type: 'unified',
  status: 'active',
  expiresAtMs: null,
  passwordHash: null,
  redirectStatusCode: 302,
  passClickId: true,
  forwardQuery: false,
  routingRules: [],
  qr: null,
  createdBy: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  version: 1,
  ...members,
});

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
