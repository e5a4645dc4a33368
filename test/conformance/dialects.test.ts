import { ROUTE_TABLE } from '#functions/api/routes.ts';
import type { Dialect } from '#shared/dialects/dialect.ts';
import { DIALECTS, type DialectName, dialectOfPath } from '#shared/dialects/dialects.ts';
import { PROBLEMS, Problem, type ProblemCode } from '#shared/problem.ts';

const NAMES = Object.keys(DIALECTS) as DialectName[];
const CODES = Object.keys(PROBLEMS) as ProblemCode[];

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

  test('has paths of its own, cut at whole segments', () => {
    expect(dialect.prefixes.length).toBeGreaterThan(0);
    for (const prefix of dialect.prefixes) {
      expect(prefix).toMatch(/^\/(?:[^/]+\/)*$/);
      expect(dialectOfPath(prefix)).toBe(name);
    }
  });

  test('has every route that speaks it below its prefixes, and no other route', () => {
    const elsewhere = ROUTE_TABLE.filter(
      ({ path, dialect }) => (dialect === name) !== (dialectOfPath(path) === name),
    );
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
  });
});

test('no prefix lies inside another one, but for the one that takes whatever is left', () => {
  const prefixes = NAMES.flatMap((name) => [...DIALECTS[name].prefixes]).filter((prefix) => prefix !== '/');
  expect(prefixes).toHaveLength(NAMES.flatMap((name) => DIALECTS[name].prefixes).length - 1);
  for (const [at, prefix] of prefixes.entries()) {
    expect(prefixes.filter((other, place) => place !== at && prefix.startsWith(other))).toEqual([]);
  }
});
