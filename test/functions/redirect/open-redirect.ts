import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type RedirectHandler, redirectHandler } from '#functions/redirect/redirect.ts';
import { parseUserAgent } from '#shared/clicks/capture/user-agent.ts';
import type { Click } from '#shared/clicks/click.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { newUlid } from '#shared/ids.ts';
import { NO_UTM, type SlugLink } from '#shared/links/link.ts';
import { verifyPassword } from '#shared/links/password.ts';
import { httpEvent } from '#test/support/http-event.ts';
import { memoryRateLimiter } from '#test/support/memory/rate-limit.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';

export const EDGE_SECRET = 'the-secret-of-the-edge';
export const NOW = Date.parse('2026-05-04T12:00:00.000Z');
export const HOST = 'go.example';
export const SAFARI_ON_IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1';

export const slugLink = (over: Partial<SlugLink> = {}): SlugLink => ({
  urlId: '0196a0c0-0000-7000-8000-000000000001',
  workspaceId: '0196a0c0-0000-7000-8000-0000000000aa',
  domainId: '0196a0c0-0000-7000-8000-0000000000bb',
  domain: HOST,
  shortCode: 'spring',
  destinationUrl: 'https://example.com/landing',
  utm: NO_UTM,
  customQueryParams: {},
  space: null,
  tags: [],
  status: 'active',
  expiresAtMs: null,
  passwordHash: null,
  redirectStatusCode: 302,
  passClickId: false,
  forwardQuery: false,
  routingRules: [],
  ...over,
});

type Tools = Parameters<typeof redirectHandler>[0];
type Opened = { handle: RedirectHandler; clicks: Click[]; errors: unknown[] };

/** The redirect over the given links of one host, with everything else in memory and the clock standing at NOW. */
export function openRedirect(links: SlugLink[], over: Partial<Tools> = {}): Opened {
  const clicks: Click[] = [];
  const errors: unknown[] = [];
  const handle = redirectHandler({
    edgeSecrets: [EDGE_SECRET],
    timeoutMs: 1_000,
    now: () => NOW,
    newClickId: newUlid,
    random: () => 0,
    secure: true,
    secrets: openSecrets(memorySecretStore(), () => NOW),
    limiter: memoryRateLimiter(),
    verifyPassword,
    parseAgent: parseUserAgent,
    resolve: async (host, shortCode) =>
      links.find((link) => link.domain === host && link.shortCode === shortCode),
    keepClick: async (click) => void clicks.push(click),
    onError: (error) => void errors.push(error),
    ...over,
  });
  return { handle, clicks, errors };
}

type Request = {
  method?: string;
  path?: string;
  query?: string;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string | Buffer;
};

/** A request of an iPhone in Berlin for /spring on HOST, as the edge hands it over. */
export function visit({
  path = '/spring',
  headers = {},
  cookies,
  ...rest
}: Request = {}): APIGatewayProxyEventV2 {
  const event = httpEvent({
    path,
    headers: {
      'x-slugline-edge': EDGE_SECRET,
      'x-slugline-host': HOST,
      'user-agent': SAFARI_ON_IPHONE,
      'cloudfront-viewer-address': '198.51.100.7:46532',
      'cloudfront-viewer-country': 'DE',
      'cloudfront-viewer-country-name': 'Germany',
      'cloudfront-viewer-country-region': 'BE',
      'cloudfront-viewer-country-region-name': 'Land%20Berlin',
      'cloudfront-viewer-city': 'Berlin',
      ...headers,
    },
    ...rest,
  });
  return cookies === undefined ? event : { ...event, cookies };
}
