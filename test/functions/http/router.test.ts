import type { RouteDoc } from '#functions/http/route.ts';
import { createRouter } from '#functions/http/router.ts';

const row = (method: RouteDoc['method'], path: string): RouteDoc => ({
  method,
  path,
  function: 'api',
  dialect: 'nimriz',
  auth: 'public',
  summary: '',
  tag: '',
  responses: {},
});

const match = createRouter([
  row('GET', '/api/v1/links'),
  row('GET', '/api/v1/links/{id}'),
  row('PATCH', '/api/v1/links/{id}'),
  row('GET', '/api/v1/links/find'),
]);

describe('the router', () => {
  test.each([
    '/',
    '/api/v1/links//',
    '/api/v1/links/a//',
    '//api/v1/links',
    '/api/v1/Links',
    '/api/v1/links/a/b',
    '/api/v1/links/../links',
  ])('has nothing at %s', (path) => {
    expect(() => match('GET', path)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  test('names the methods that a path takes when asked for another one', () => {
    expect(() => match('DELETE', '/api/v1/links/x')).toThrow(
      expect.objectContaining({ code: 'method_not_allowed', headers: { allow: 'GET, PATCH' } }),
    );
  });

  test('refuses a percent sign that begins no encoding', () => {
    expect(() => match('GET', '/api/v1/links/%zz')).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  test('prefers a literal segment over a parameter', () => {
    expect(match('GET', '/api/v1/links/find').route.path).toBe('/api/v1/links/find');
  });

  test('keeps an encoded slash inside its parameter', () => {
    expect(match('GET', '/api/v1/links/a%2Fb').params).toEqual({ id: 'a/b' });
  });

  test('answers a path with a slash at its end as it does without', () => {
    expect(match('GET', '/api/v1/links/').route.path).toBe('/api/v1/links');
    expect(match('PATCH', '/api/v1/links/x/').params).toEqual({ id: 'x' });
    expect(() => match('DELETE', '/api/v1/links/x/')).toThrow(
      expect.objectContaining({ code: 'method_not_allowed', headers: { allow: 'GET, PATCH' } }),
    );
  });

  test('names the path without the slash where the edge sends it elsewhere by its very path', () => {
    const here = createRouter([row('GET', '/a')], [row('GET', '/a/export')]);
    expect(() => here('GET', '/a/export/')).toThrow(
      'there is no /a/export/ here; without the slash at its end it is /a/export',
    );
    expect(() => here('GET', '/a/export')).toThrow(/^there is no \/a\/export here$/);
  });

  test('answers HEAD by the GET route', () => {
    expect(match('HEAD', '/api/v1/links').route.method).toBe('GET');
  });
});
