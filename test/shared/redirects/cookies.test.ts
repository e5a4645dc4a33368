import { cookieValues, setCookie } from '#shared/redirects/cookies.ts';

test.each([[[]], [['other=1']], [['xname=1; name2=2']], [['Name=1']], [['name']]])(
  '%j holds no cookie of that name',
  (cookies) => expect(cookieValues(cookies, 'name')).toEqual([]),
);

test('cookies come one a line or all in one', () => {
  expect(cookieValues(['a=1; name=x', 'name=y'], 'name')).toEqual(['x', 'y']);
});

test('a value may hold an equals sign', () => expect(cookieValues(['name=a=b'], 'name')).toEqual(['a=b']));

test('of a thousand values only a few are looked at', () => {
  expect(cookieValues([Array.from({ length: 1_000 }, () => 'name=x').join('; ')], 'name')).toHaveLength(3);
});

const cookie = { name: 'name', value: 'v', shortCode: 'spring', lifetimeMs: 60_500 };

test('a cookie belongs to its slug, to HTTP and to this site', () => {
  expect(setCookie({ ...cookie, secure: true })).toBe(
    'name=v; Path=/spring; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  );
});

test('where there is no HTTPS the cookie has to go without', () => {
  expect(setCookie({ ...cookie, secure: false })).not.toMatch(/secure/i);
});
