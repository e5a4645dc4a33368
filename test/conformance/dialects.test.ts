import { isDeepStrictEqual } from 'node:util';
import { ROUTE_TABLE } from '#functions/api/routes.ts';
import type { Click } from '#shared/clicks/click.ts';
import type { Dialect, RowTable } from '#shared/dialects/dialect.ts';
import { DIALECTS, type DialectName, dialectOfPath } from '#shared/dialects/dialects.ts';
import type { JobState } from '#shared/exports/jobs/job.ts';
import { PROBLEMS, Problem, type ProblemCode } from '#shared/problem.ts';
import { limitRequests, type RequestLimit } from '#shared/workspaces/limit-requests.ts';
import { PLANS, type PlanName } from '#shared/workspaces/plans.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import type { Principal, Workspace } from '#shared/workspaces/workspace.ts';
import { aClick } from '#test/support/clicks.ts';
import { exampleWorkspace } from '#test/support/workspaces.ts';

const NAMES = Object.keys(DIALECTS) as DialectName[];
const CODES = Object.keys(PROBLEMS) as ProblemCode[];

const PLAN_NAMES = Object.keys(PLANS) as PlanName[];

const callerOf = (workspace: Workspace): Principal => ({
  workspace,
  scopes: new Set(),
  via: 'key',
  keyId: 'k1',
  email: null,
});

const JOB_STATES: Record<JobState, true> = {
  queued: true,
  processing: true,
  ready: true,
  failed: true,
  canceled: true,
  expired: true,
};

const KNOWN = aClick();
/** What a click must have, and nothing else. */
const UNKNOWN = { ...KNOWN, ...everyText(KNOWN, null) };
/** A click whose every text, but for our own ids, is one that a spreadsheet would run. */
const HOSTILE = { ...KNOWN, ...everyText(KNOWN, '=1+1,";') };

function everyText(click: Click, text: string | null): Partial<Click> {
  const ours = ['clickId', 'workspaceId', 'urlId', 'touchType'];
  const names = Object.entries(click).filter(
    ([name, value]) => typeof value === 'string' && !ours.includes(name),
  );
  return Object.fromEntries(names.map(([name]) => [name, text]));
}

const USED_UP: RateLimiter = {
  take: async ({ limit }) => ({ allowed: false, limit, remaining: 0, resetSeconds: 60 }),
};

/** What an entry of the registry must do, whichever language it is. */
describe.each(NAMES)('the dialect %s', (name) => {
  const dialect: Dialect = DIALECTS[name];
  const answerTo = (problem: Problem) => dialect.problem(problem, { requestId: 'R1' });

  describe.each(CODES)('refuses by %s', (code) => {
    test.each<[string, Problem]>([
      ['by itself', new Problem(code)],
      ['with a sentence', new Problem(code, 'what was wrong')],
      ['naming a field', new Problem(code, 'what was wrong', { field: 'items[2].url' })],
    ])('%s, in the form that it declares', (_, problem) => {
      const { status, body } = answerTo(problem);
      expect(status).toBeGreaterThanOrEqual(400);
      // Whose fault it was stays so: clients try again by it.
      expect(status < 500).toBe(problem.status < 500);
      expect(dialect.refusal([body]).safeParse(body).error).toBeUndefined();
      expect(JSON.stringify(body)).toContain(problem.message);
    });
  });

  test('words no refusal as an accident of ours', () => {
    const accident = answerTo(new Problem('internal_error', 'said')).body;
    const alike = CODES.filter((code) =>
      isDeepStrictEqual(answerTo(new Problem(code, 'said')).body, accident),
    );
    expect(alike).toEqual(['internal_error']);
  });

  test('tells those who must wait and those who are not known apart by their status', () => {
    for (const [code, status] of [
      ['unauthorized', 401],
      ['not_found', 404],
      ['rate_limited', 429],
      ['unavailable', 503],
    ] as const) {
      expect(answerTo(new Problem(code)).status).toBe(status);
    }
  });

  test.each(Object.entries(dialect.limits))(
    'has its limit of %s for every plan, and refuses beyond it in its form',
    async (_, limit) => {
      for (const plan of PLAN_NAMES) {
        const caller = callerOf(exampleWorkspace({ workspaceId: 'w1', plan }));
        expect(limit.aMinute(caller.workspace)).toBeGreaterThan(0);
        const refusal = await limitRequests(USED_UP, caller, limit, 0).catch((error: Problem) => error);
        expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 60 });
        const { status, body } = answerTo(refusal as Problem);
        expect(status).toBe(429);
        expect(dialect.refusal([body]).safeParse(body).error).toBeUndefined();
      }
    },
  );

  test('has a word for each state of a job, where it has jobs', () => {
    if (dialect.states) expect(Object.keys(dialect.states).sort()).toEqual(Object.keys(JOB_STATES).sort());
  });

  test('has paths of its own, cut at whole segments', () => {
    expect(dialect.prefixes.length).toBeGreaterThan(0);
    for (const prefix of dialect.prefixes) {
      expect(prefix).toMatch(/^\/(?:[^/]+\/)*$/);
      expect(dialectOfPath(prefix)).toBe(name);
    }
  });

  test('limits each of its routes by a limit of its own', () => {
    const limited = ROUTE_TABLE.filter(({ dialect, limit }) => dialect === name && limit !== undefined);
    const others = limited.filter(({ limit }) => !Object.values(dialect.limits).includes(limit!));
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  test('has every route that speaks it below its prefixes, and no other route', () => {
    const elsewhere = ROUTE_TABLE.filter(
      ({ path, dialect }) => (dialect === name) !== (dialectOfPath(path) === name),
    );
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
  });
});

const TABLES = NAMES.flatMap((name) => {
  const { tables = {} }: Dialect = DIALECTS[name];
  return Object.entries(tables).map(([of, table]): [string, RowTable] => [`${of} of ${name}`, table]);
});

describe.each(TABLES)('the table of %s', (_, { fields, safe, row }) => {
  test('has every field once, in order, whatever is known', () => {
    expect(new Set(fields).size).toBe(fields.length);
    expect(fields).toEqual(expect.arrayContaining([...safe]));
    for (const click of [KNOWN, UNKNOWN]) expect(Object.keys(row(click))).toEqual(fields);
  });

  test('calls no field safe that visitors can write', () => {
    const hostile = row(HOSTILE) as Record<string, unknown>;
    for (const field of safe) expect(String(hostile[field])).toMatch(/^[\w:.-]+$/);
  });
});

test('limits that count together are one limit', () => {
  const limits = NAMES.flatMap((name): RequestLimit[] => Object.values(DIALECTS[name].limits));
  for (const sharing of Map.groupBy(limits, ({ scope }) => scope).values())
    expect(new Set(sharing).size).toBe(1);
});

test('no prefix lies inside another one, but for the one that takes whatever is left', () => {
  const prefixes = NAMES.flatMap((name) => [...DIALECTS[name].prefixes]).filter((prefix) => prefix !== '/');
  expect(prefixes).toHaveLength(NAMES.flatMap((name) => DIALECTS[name].prefixes).length - 1);
  for (const [at, prefix] of prefixes.entries()) {
    expect(prefixes.filter((other, place) => place !== at && prefix.startsWith(other))).toEqual([]);
  }
});
