import type { EdgeRequest } from './edge-request.ts';

/** What of a viewer's request goes on to the origin, as `AWS::CloudFront::OriginRequestPolicy` says it. */
export interface OriginRequestPolicy {
  HeadersConfig: { HeaderBehavior: string; Headers?: string[] };
  CookiesConfig: { CookieBehavior: string; Cookies?: string[] };
  QueryStringsConfig: { QueryStringBehavior: string; QueryStrings?: string[] };
}

const forwardAll = (HeadersConfig: OriginRequestPolicy['HeadersConfig']): OriginRequestPolicy => ({
  HeadersConfig,
  CookiesConfig: { CookieBehavior: 'all' },
  QueryStringsConfig: { QueryStringBehavior: 'all' },
});

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
export const MANAGED_POLICIES: Record<string, OriginRequestPolicy> = {
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': forwardAll({ HeaderBehavior: 'allExcept', Headers: ['host'] }),
  '216adef6-5c7f-47e4-b989-5492eafa07d3': forwardAll({ HeaderBehavior: 'allViewer' }),
};

/** What goes on without a policy: the path and the body. */
export const FORWARD_NOTHING: OriginRequestPolicy = {
  HeadersConfig: { HeaderBehavior: 'none' },
  CookiesConfig: { CookieBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: 'none' },
};

/** They describe the body, and go with it whatever the policy says. */
const OF_THE_BODY = ['content-type', 'content-length', 'content-encoding'];
/** They concern one connection, never the next. */
const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect)$/;

type Choice = (names: Set<string>) => (name: string) => boolean;

const CHOICES: Record<string, Choice> = {
  none: () => () => false,
  all: () => () => true,
  allViewer: () => () => true,
  allExcept: (names) => (name) => !names.has(name),
  whitelist: (names) => (name) => names.has(name),
  allViewerAndWhitelistCloudFront: (names) => (name) => !name.startsWith('cloudfront-') || names.has(name),
};

function choose(behavior: string, names: string[] = []): (name: string) => boolean {
  const choice = CHOICES[behavior];
  if (!choice) throw new Error(`the origin request behavior '${behavior}' is not known here`);
  return choice(new Set(names.map((name) => name.toLowerCase())));
}

/** The request as CloudFront sends it on: filtered by the policy, with what CloudFront adds of its own. */
export function applyOriginRequestPolicy(policy: OriginRequestPolicy, request: EdgeRequest): EdgeRequest {
  const { HeadersConfig, CookiesConfig, QueryStringsConfig } = policy;
  const isChosen = choose(HeadersConfig.HeaderBehavior, HeadersConfig.Headers);
  const headers = new Map([['user-agent', 'Amazon CloudFront']]);
  for (const [name, value] of request.headers)
    if (name !== 'cookie' && !HOP_BY_HOP.test(name) && (isChosen(name) || OF_THE_BODY.includes(name)))
      headers.set(name, value);
  const cookies = chooseFrom(
    request.headers.get('cookie'),
    /; */,
    choose(CookiesConfig.CookieBehavior, CookiesConfig.Cookies),
  );
  if (cookies.length) headers.set('cookie', cookies.join('; '));
  const { ip, port } = request.viewer;
  if (isNamed(policy, 'cloudfront-viewer-address')) headers.set('cloudfront-viewer-address', `${ip}:${port}`);
  headers.set('x-forwarded-for', [request.headers.get('x-forwarded-for'), ip].filter(Boolean).join(', '));
  headers.set('via', '1.1 local.cloudfront.net (CloudFront)');
  const isAsked = choose(QueryStringsConfig.QueryStringBehavior, QueryStringsConfig.QueryStrings);
  return { ...request, headers, query: chooseFrom(request.query, '&', isAsked).join('&') };
}

const isNamed = ({ HeadersConfig }: OriginRequestPolicy, header: string) =>
  HeadersConfig.Headers?.some((name) => name.toLowerCase() === header) &&
  HeadersConfig.HeaderBehavior !== 'allExcept';

const chooseFrom = (
  whole: string | undefined,
  separator: string | RegExp,
  isChosen: (name: string) => boolean,
) => (whole ?? '').split(separator).filter((part) => part && isChosen(part.split('=')[0]!.toLowerCase()));
