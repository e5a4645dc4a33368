import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { cameThroughEdge } from '#shared/edge.ts';
import { pastedSlug } from '#shared/links/pasted-slug.ts';
import { answerVisit, type VisitTools } from '#shared/redirects/answer-visit.ts';
import { PAGES } from '#shared/redirects/pages.ts';
import type { Answer, Visit } from '#shared/redirects/visit.ts';
import { within } from '#shared/redirects/within.ts';
import { readVisit } from './read-visit.ts';

type Tools = VisitTools & {
  /** Requests with none of them did not come through the edge and are refused. */
  edgeSecrets: readonly string[];
  /** What takes longer than this is answered as an outage: a little less than the function's own time. */
  timeoutMs: number;
  now(): number;
  onError(error: unknown): void;
};

/** The short domains as one Lambda handler. */
export type RedirectHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST'] satisfies Visit['method'][];

const plain = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers },
  body,
});

const FORBIDDEN = plain(403, 'This origin answers only requests that come through its distribution.\n');
const NOT_ALLOWED = plain(405, 'Short links take GET, HEAD and POST.\n', { allow: METHODS.join(', ') });

const DAY = { 'cache-control': 'public, max-age=86400' };

/** Paths that browsers and crawlers ask for by themselves; none can be a slug. */
const WELL_KNOWN = new Map<string, Answer>([
  ['/', PAGES.notFound],
  // Crawlers may follow short links: whether a destination is indexed is the destination's business.
  ['/robots.txt', plain(200, 'User-agent: *\nDisallow:\n', DAY)],
  ['/favicon.ico', { status: 204, headers: DAY }],
]);

/** Answers every request with something: what goes wrong is reported and looks like a pause. */
export const redirectHandler =
  (tools: Tools): RedirectHandler =>
  async (event) => {
    try {
      return resultOf(event, await within(tools.timeoutMs, 'the visit', () => answer(event, tools)));
    } catch (error) {
      tools.onError(error);
      return resultOf(event, PAGES.unavailable);
    }
  };

async function answer(event: APIGatewayProxyEventV2, tools: Tools): Promise<Answer> {
  if (!cameThroughEdge(event.headers, tools.edgeSecrets)) return FORBIDDEN;
  const { method } = event.requestContext.http;
  if (!METHODS.includes(method)) return NOT_ALLOWED;
  const wellKnown = WELL_KNOWN.get(event.rawPath);
  if (wellKnown) return method === 'POST' ? NOT_ALLOWED : wellKnown;
  const shortCode = pastedSlug(event.rawPath);
  if (shortCode === undefined) return PAGES.notFound;
  return answerVisit(readVisit(event, method as Visit['method'], shortCode, tools.now()), tools);
}

function resultOf(event: APIGatewayProxyEventV2, answer: Answer): APIGatewayProxyStructuredResultV2 {
  const { status: statusCode, headers, cookies, body = '' } = answer;
  return {
    statusCode,
    headers,
    ...(cookies === undefined ? {} : { cookies: [...cookies] }),
    ...(event.requestContext.http.method === 'HEAD' ? {} : { body }),
  };
}
