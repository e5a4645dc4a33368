import { problemCodesOf, refusalsOf } from '#functions/http/openapi/refusals.ts';
import type { RouteDoc } from '#functions/http/route.ts';

const row = (more: Partial<RouteDoc> & { body?: unknown } = {}) => ({
  method: 'GET' as const,
  path: '/api/things',
  dialect: 'nimriz' as const,
  auth: 'public' as const,
  ...more,
});

const statusesOf = (more: Parameters<typeof row>[0]) => [...refusalsOf(row(more)).keys()];

test('an open route refuses bad requests, other methods and accidents', () => {
  expect(statusesOf({})).toEqual([400, 405, 500, 503]);
});

test.each<[string, Parameters<typeof row>[0], readonly string[]]>([
  ['a credential', { auth: 'workspace' }, ['unauthorized', 'account_suspended', 'rate_limited']],
  ['a scope', { auth: 'workspace', scope: 'qr' }, ['forbidden']],
  ['a session', { auth: 'session' }, ['forbidden']],
  ['a signature', { auth: 'conversion' }, ['unauthorized', 'account_suspended']],
  ['a token in the path', { auth: 'token' }, ['not_found']],
  ['a parameter in the path', { path: '/api/things/{id}' }, ['not_found']],
  ['a body', { method: 'POST' }, ['payload_too_large']],
  ['Idempotency-Key', { requestHeaders: ['Idempotency-Key'] }, ['idempotency_conflict']],
  ['problems of its own', { problems: ['slug_reserved'] }, ['slug_reserved']],
])('a route with %s refuses for what that brings along', (_, more, codes) => {
  expect(problemCodesOf(row(more))).toEqual(expect.arrayContaining([...codes]));
  expect(problemCodesOf(row())).not.toEqual(expect.arrayContaining([...codes]));
});

test('a dialect has statuses of its own for the same problems', () => {
  const problems = ['payment_required'] as const;
  expect(statusesOf({ problems })).toContain(403);
  expect(statusesOf({ problems, dialect: 'ulink' })).toContain(402);
});

test('whoever must wait is told for how long, and whoever is not known, by what to be', () => {
  const refusals = refusalsOf(row({ auth: 'workspace' }));
  expect(refusals.get(429)!.headers).toContain('Retry-After');
  expect(refusals.get(503)!.headers).toContain('Retry-After');
  expect(refusals.get(401)!.headers).toContain('WWW-Authenticate');
  expect(refusals.get(405)!.headers).toContain('Allow');
});
