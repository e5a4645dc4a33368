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
  ulink: ['unauthorized', 'account_suspended', 'forbidden', 'rate_limited'],
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

function headersOf({ auth }: Ruled, status: number, codes: readonly ProblemCode[]): Refusal['headers'] {
  const counted = auth === 'workspace' || auth === 'ulink';
  return [
    'Cache-Control',
    ...(counted
      ? (['RateLimit-Limit?', 'RateLimit-Remaining?', 'RateLimit-Reset?'] as const)
      : ([] as const)),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : ([] as const)),
    ...(codes.includes('export_not_ready') ? (['Retry-After?'] as const) : ([] as const)),
    ...(status === 401 ? (['WWW-Authenticate'] as const) : ([] as const)),
    ...(status === 405 ? (['Allow'] as const) : ([] as const)),
  ];
}
