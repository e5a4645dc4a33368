import { captureClick, type Place, placeOf } from '#shared/clicks/capture/capture.ts';
import { type Agent, ruleOs } from '#shared/clicks/capture/user-agent.ts';
import { VISITOR_PURPOSE, visitorHash } from '#shared/clicks/capture/visitor.ts';
import { linkStatus, type SlugLink } from '#shared/links/link.ts';
import { evaluateRules, type RuleRoute } from '#shared/links/rules/evaluate-rules.ts';
import { destinationOf } from './destination.ts';
import type { KeepClick } from './keep-click.ts';
import { PAGES, passwordPage } from './pages.ts';
import type { ResolveSlug } from './resolve-slug.ts';
import { backToLink, isUnlocked, type LockedLink, tryPassword, type UnlockTools } from './unlock.ts';
import { pickCookie, readPicks } from './variant-cookie.ts';
import type { Answer, Visit } from './visit.ts';

/** What a visit needs of the world. */
export type VisitTools = UnlockTools & {
  resolve: ResolveSlug;
  keepClick: KeepClick;
  parseAgent(agent: string): Agent;
  /** A ULID of the instant, greater than the one before. */
  newClickId(atMs: number): string;
  /** From 0 up to, but not including, 1. */
  random(): number;
  onError(error: unknown): void;
};

/** After this a visitor has an answer, whatever it takes to keep the click; the function itself has five seconds. */
const ANSWER_MS = 4_500;

/** Answers a visit to a slug: a redirect, or the page that says why not. */
export async function answerVisit(visit: Visit, tools: VisitTools): Promise<Answer> {
  const link = await tools.resolve(visit.host, visit.shortCode, visit.atMs);
  if (link === undefined) return PAGES.notFound;
  if (linkStatus(link, visit.atMs) !== 'active') return PAGES.gone;
  if (isLocked(link)) {
    if (visit.method === 'POST') return tryPassword(tools, visit, link);
    if (!(await isUnlocked(tools, visit, link))) return passwordPage({ wrong: false });
  }
  // A form that was open when its link lost the password.
  if (visit.method === 'POST') return backToLink(visit, link);
  return leadOn(visit, link, tools);
}

const isLocked = (link: SlugLink): link is SlugLink & LockedLink => link.passwordHash !== null;

async function leadOn(visit: Visit, link: SlugLink, tools: VisitTools): Promise<Answer> {
  const agent = tools.parseAgent(visit.agent);
  const place = placeOf(visit.geo);
  const { route, cookies } = await routeVisit(visit, link, { agent, place }, tools);
  const recorded = visit.method === 'GET' && !visit.prefetch;
  const clickId = tools.newClickId(visit.atMs);
  const handedOn = recorded && link.passClickId ? clickId : undefined;
  const query = link.forwardQuery ? visit.query : undefined;
  const { location, utm } = destinationOf(route.destinationUrl, link, { clickId: handedOn, query });
  if (recorded) {
    const { scan, referrer } = visit;
    const { variantKey } = route;
    const visitor = await visitorOf(visit, link, tools);
    await tools.keepClick(
      captureClick({ clickId, link, scan, agent, place, referrer, utm, variantKey, visitorHash: visitor }),
      visit.atMs + ANSWER_MS,
    );
  }
  return {
    status: link.redirectStatusCode,
    headers: { location, 'cache-control': 'private, no-store' },
    cookies,
  };
}

type Routed = { route: RuleRoute; cookies: readonly string[] };

/** The route of the link's rules, or its own destination. A split that cannot be remembered is still drawn. */
async function routeVisit(
  visit: Visit,
  link: SlugLink,
  { agent, place }: { agent: Agent; place: Place },
  tools: VisitTools,
): Promise<Routed> {
  const splits = link.routingRules.some(({ actionType }) => actionType === 'ab_split');
  const picks = splits
    ? await orElse(new Map<string, string>(), readPicks(tools.secrets, visit, link), tools)
    : NONE;
  const route = evaluateRules(link.routingRules, {
    atMs: visit.atMs,
    countryCode: place.countryCode,
    deviceCategory: agent.deviceCategory,
    deviceOs: ruleOs(agent.osFamily),
    picks,
    draw: tools.random,
  });
  if (route === undefined)
    return { route: { destinationUrl: link.destinationUrl, variantKey: null }, cookies: [] };
  if (route.pick === undefined) return { route, cookies: [] };
  const cookie = pickCookie(tools.secrets, visit, link, { picks, pick: route.pick, secure: tools.secure });
  return {
    route,
    cookies: await orElse(
      [],
      cookie.then((value) => [value]),
      tools,
    ),
  };
}

const NONE: ReadonlyMap<string, string> = new Map();

const visitorOf = (visit: Visit, link: SlugLink, tools: VisitTools): Promise<string | null> => {
  const { atMs, address, agent } = visit;
  const hash = tools.secrets
    .derive(VISITOR_PURPOSE)
    .then(({ current }) => visitorHash(current, { atMs, workspaceId: link.workspaceId, address, agent }));
  return orElse(null, hash, tools);
};

/** What a redirect can do without is left out when it cannot be had. */
async function orElse<T>(fallback: T, wanted: Promise<T>, tools: VisitTools): Promise<T> {
  try {
    return await wanted;
  } catch (error) {
    tools.onError(error);
    return fallback;
  }
}
