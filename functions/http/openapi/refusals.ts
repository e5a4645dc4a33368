import { DIALECTS } from '#shared/dialects/dialects.ts';
import { PROBLEMS, Problem, type ProblemCode } from '#shared/problem.ts';
import type { AnswerHeaderName, Auth, RouteDoc } from '../route.ts';

/** A status by which a route refuses: for what, and how its dialect says it. */
export type Refusal = {
  codes: readonly ProblemCode[];
  /** An answer for each code. */
  examples: Readonly<Record<string, object>>;
  headers: readonly (AnswerHeaderName | `${AnswerHeaderName}?`)[];
};

type Ruled = Pick<RouteDoc, 'auth' | 'dialect' | 'method' | 'path' | 'problems' | 'requestHeaders'> & {
  scope?: RouteDoc['scope'];
  workspaceParam?: RouteDoc['workspaceParam'];
  body?: unknown;
};

const OF_EVERY_ROUTE: readonly ProblemCode[] = [
  'invalid_request',
  'method_not_allowed',
  'internal_error',
  'unavailable',
];

const OF_CREDENTIAL: Record<Auth, readonly ProblemCode[]> = {
  workspace: ['unauthorized', 'account_suspended', 'rate_limited'],
  session: ['unauthorized', 'account_suspended', 'forbidden', 'rate_limited'],
  conversion: ['unauthorized', 'account_suspended'],
  token: ['not_found'],
  public: [],
};

/** Every code that a route may refuse by: what its row says it takes brings its refusals along. */
export function problemCodesOf(route: Ruled): ProblemCode[] {
  const codes: ProblemCode[] = [
    ...OF_EVERY_ROUTE,
    ...OF_CREDENTIAL[route.auth],
    ...(route.scope ? (['forbidden'] as const) : []),
    ...(route.workspaceParam || route.path.includes('{') ? (['not_found'] as const) : []),
    ...(route.body || route.method !== 'GET'
      ? (['payload_too_large', 'unsupported_media_type'] as const)
      : []),
    ...(route.requestHeaders?.includes('Idempotency-Key') ? (['idempotency_conflict'] as const) : []),
    ...(route.requestHeaders?.includes('If-Match') ? (['precondition_failed'] as const) : []),
    ...(route.problems ?? []),
  ];
  return Object.keys(PROBLEMS).filter((code): code is ProblemCode => codes.includes(code as ProblemCode));
}

/** The refusals of a route by status, in the words of its dialect. */
export function refusalsOf(route: Ruled): Map<number, Refusal> {
  const { problem } = DIALECTS[route.dialect];
  const said = problemCodesOf(route).map((code) => {
    const { status, body } = problem(new Problem(code), { requestId: 'EXAMPLE0000000001' });
    return { code, status, body };
  });
  const statuses = Map.groupBy(said, ({ status }) => status);
  return new Map(
    [...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, refusals]) => {
        const codes = refusals.map(({ code }) => code);
        const examples = Object.fromEntries(refusals.map(({ code, body }) => [code, body]));
        return [status, { codes, examples, headers: headersOf(route, status, codes) }];
      }),
  );
}

export const RATE_LIMIT = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;

/** Answers that can come before a valid credential is found, or without its counter. */
const UNCOUNTED = new Set([400, 401, 403, 405, 500, 503]);

function headersOf({ auth }: Ruled, status: number, codes: readonly ProblemCode[]): Refusal['headers'] {
  const headers: Refusal['headers'][number][] = ['Cache-Control'];
  const counted = auth === 'workspace' || auth === 'session';
  if (counted && !UNCOUNTED.has(status)) headers.push(...RATE_LIMIT);
  // A method that the path does not take is counted for whoever sends a valid key, even where none is asked for.
  else if (counted || status === 405) headers.push(...RATE_LIMIT.map((name) => `${name}?` as const));
  if (status === 429 || status === 503) headers.push('Retry-After');
  if (codes.includes('export_not_ready')) headers.push('Retry-After?');
  if (status === 401) headers.push('WWW-Authenticate');
  if (status === 405) headers.push('Allow');
  return headers;
}
