import type { APIGatewayProxyStructuredResultV2 as Answer } from 'aws-lambda';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { signToken } from '#shared/credentials/signed-token.ts';
import { hashPassword } from '#shared/links/password.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { NOW, openRedirect, slugLink, visit } from './open-redirect.ts';

const CHEAP = { memory: 64, passes: 1, parallelism: 1 };
const PASSWORD = 'pässword & more';
const link = slugLink({ passwordHash: await hashPassword(PASSWORD, CHEAP) });

const form = (password: string, over: Parameters<typeof visit>[0] = {}) =>
  visit({ method: 'POST', body: new URLSearchParams({ password }).toString(), ...over });
const cookieOf = (answer: Answer) => answer.cookies![0]!.split(';')[0]!;

test('a protected link asks for its password, and records nothing', async () => {
  const { handle, clicks } = openRedirect([link]);
  for (const method of ['GET', 'HEAD']) {
    const answer = await handle(visit({ method }));
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).not.toHaveProperty('location');
  }
  expect((await handle(visit())).body).toMatch(/<form method="post">/);
  expect(clicks).toEqual([]);
});

test.each([
  ['a wrong password', 'wrong'],
  ['the password in another case', PASSWORD.toUpperCase()],
  ['no password', ''],
  ['a NUL', '\0'],
  ['a password of a megabyte', 'x'.repeat(1_000_000)],
  ['a password of 129 characters', 'x'.repeat(129)],
  ["another object's name", '__proto__'],
])('%s does not unlock', async (_, password) => {
  const { handle, clicks } = openRedirect([link]);
  const answer = await handle(form(password));
  expect(answer.statusCode).toBe(401);
  expect(answer.body).toContain('role="alert"');
  expect(answer.cookies).toBeUndefined();
  expect(clicks).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['JSON', JSON.stringify({ password: PASSWORD })],
  ['another field', 'passwort=x'],
  ['a broken encoding', 'password=%ZZ%'],
])('a form that holds %s does not unlock', async (_, body) => {
  const { handle } = openRedirect([link]);
  expect((await handle(visit({ method: 'POST', body }))).statusCode).toBe(401);
});

test('a form that cannot hold a password is neither counted nor hashed', async () => {
  const limiter: RateLimiter = { take: () => Promise.reject(new Error('it was counted')) };
  const { handle, errors } = openRedirect([link], { limiter });
  for (const password of ['', 'x'.repeat(5_000)]) {
    expect((await handle(form(password))).statusCode).toBe(401);
  }
  expect(errors).toEqual([]);
});

test('attempts are limited before anything is hashed, even the right one', async () => {
  let hashed = 0;
  const verifyPassword = async () => {
    hashed += 1;
    return { matches: false };
  };
  const { handle } = openRedirect([link], { verifyPassword });
  const statuses = [];
  for (let n = 0; n < 7; n += 1) statuses.push((await handle(form('guess'))).statusCode);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect(hashed).toBe(5);
  const answer = await handle(form(PASSWORD));
  expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '60' } });
});

test('attempts count for each address and each link by themselves', async () => {
  const other = slugLink({ urlId: 'other', shortCode: 'other', passwordHash: link.passwordHash });
  const { handle } = openRedirect([link, other]);
  for (let n = 0; n < 6; n += 1) await handle(form('guess'));
  expect((await handle(form('guess'))).statusCode).toBe(429);
  expect((await handle(form(PASSWORD, { path: '/other' }))).statusCode).toBe(303);
  const elsewhere = { headers: { 'cloudfront-viewer-address': '198.51.100.8:1' } };
  expect((await handle(form(PASSWORD, elsewhere))).statusCode).toBe(303);
  // The port, which changes with each connection, makes nobody new.
  const samePlace = { headers: { 'cloudfront-viewer-address': '198.51.100.7:9' } };
  expect((await handle(form(PASSWORD, samePlace))).statusCode).toBe(429);
});

test('the address is counted without being kept', async () => {
  const keys: string[] = [];
  const limiter: RateLimiter = {
    take: async ({ key, limit }) => {
      keys.push(key);
      return { allowed: true, limit, remaining: 1, resetSeconds: 1 };
    },
  };
  const { handle } = openRedirect([link], { limiter });
  await handle(form('guess'));
  expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
});

test('without a count of attempts there are none', async () => {
  const limiter: RateLimiter = { take: () => Promise.reject(new Error('the table is down')) };
  const { handle, errors } = openRedirect([link], { limiter });
  const answer = await handle(form(PASSWORD));
  expect(answer.statusCode).toBe(503);
  expect(answer.cookies).toBeUndefined();
  expect(errors).toHaveLength(1);
});

test('without the deployment secret nothing is unlocked', async () => {
  const { handle: working } = openRedirect([link]);
  const cookies = [cookieOf(await working(form(PASSWORD)))];
  const secrets = { derive: () => Promise.reject(new Error('down')) };
  const { handle, clicks } = openRedirect([link], { secrets });
  expect((await handle(visit({ cookies }))).statusCode).toBe(503);
  expect((await handle(form(PASSWORD))).statusCode).toBe(503);
  expect(clicks).toEqual([]);
});

test('what a link hands on comes back with the visit that unlocks it', async () => {
  const { handle } = openRedirect([{ ...link, forwardQuery: true }]);
  const location = async (query: string) => (await handle(form(PASSWORD, { query }))).headers!.location;
  expect(await location('gclid=%7E&nr=qr')).toBe('/spring?gclid=%7E&nr=qr');
  expect(await location('a=#b\r\nx: y')).toBe('/spring?a=%23bx:%20y');
  expect(await location('')).toBe('/spring');
});

test('the right password comes back as a visit with a cookie that scripts cannot read', async () => {
  const { handle, clicks } = openRedirect([link]);
  const answer = await handle(form(PASSWORD, { query: 'nr=qr' }));
  expect(answer).toMatchObject({ statusCode: 303, headers: { location: '/spring?nr=qr' } });
  expect(answer.cookies).toEqual([
    expect.stringMatching(
      /^slugline_unlock=[\w-]+\.[\w-]+; Path=\/spring; Max-Age=86400; HttpOnly; SameSite=Lax; Secure$/,
    ),
  ]);
  expect(JSON.stringify(answer)).not.toContain(link.passwordHash!.split('$').at(-1));
  expect(clicks).toEqual([]);
  const through = await handle(visit({ cookies: [cookieOf(answer)], query: 'nr=qr' }));
  expect(through).toMatchObject({ statusCode: 302, headers: { location: 'https://example.com/landing' } });
  expect(clicks).toMatchObject([{ touchType: 'qr_scan' }]);
});

test('the spelling of a keyboard does not matter', async () => {
  const { handle } = openRedirect([link]);
  expect((await handle(form(PASSWORD.normalize('NFD')))).statusCode).toBe(303);
});

test('where there is no HTTPS the cookie goes without', async () => {
  const { handle } = openRedirect([link], { secure: false });
  expect((await handle(form(PASSWORD))).cookies![0]).not.toMatch(/secure/i);
});

describe('a cookie unlocks no more', () => {
  const secrets = openSecrets(memorySecretStore(), () => NOW);
  const unlocked = async (links = [link], now = () => NOW) => {
    const opened = openRedirect(links, { now, secrets });
    return { ...opened, cookie: cookieOf(await opened.handle(form(PASSWORD))) };
  };

  test('when it was tampered with', async () => {
    const { handle, cookie } = await unlocked();
    const [name, token] = cookie.split('=') as [string, string];
    const [content, signature] = token.split('.') as [string, string];
    const forged = Buffer.from(
      Buffer.from(content, 'base64url').toString().replace('"expiresAtMs":1', '"expiresAtMs":9'),
    ).toString('base64url');
    for (const value of [`${forged}.${signature}`, `${content}.`, content, '', `${token}x`, signature]) {
      expect((await handle(visit({ cookies: [`${name}=${value}`] }))).statusCode).toBe(401);
    }
  });

  test('for another link with the same password', async () => {
    const other = slugLink({ urlId: 'other', shortCode: 'other', passwordHash: link.passwordHash });
    const { handle, cookie } = await unlocked([link, other]);
    expect((await handle(visit({ path: '/other', cookies: [cookie] }))).statusCode).toBe(401);
  });

  test('when the password was set anew', async () => {
    const { cookie, handle } = await unlocked();
    const changed = slugLink({ passwordHash: await hashPassword(PASSWORD, CHEAP) });
    const { handle: later } = openRedirect([changed], { secrets });
    expect((await handle(visit({ cookies: [cookie] }))).statusCode).toBe(302);
    expect((await later(visit({ cookies: [cookie] }))).statusCode).toBe(401);
  });

  test('after a day', async () => {
    let now = NOW;
    const { handle, cookie } = await unlocked([link], () => now);
    now += 86_400_000 - 1;
    expect((await handle(visit({ cookies: [cookie] }))).statusCode).toBe(302);
    now += 1;
    expect((await handle(visit({ cookies: [cookie] }))).statusCode).toBe(401);
  });

  test('when it was signed for another purpose', async () => {
    const { handle, cookie } = await unlocked();
    const content = cookie.slice('slugline_unlock='.length).split('.')[0]!;
    const { payload } = JSON.parse(Buffer.from(content, 'base64url').toString());
    const token = async (purpose: string) => signToken(secrets, purpose, payload, NOW + 1_000);
    const statusOf = async (value: string) =>
      (await handle(visit({ cookies: [`slugline_unlock=${value}`] }))).statusCode;
    expect(await statusOf(await token('variant'))).toBe(401);
    expect(await statusOf(await token('unlock'))).toBe(302);
  });
});

test('of two cookies the good one counts, in either order', async () => {
  const { handle } = openRedirect([link]);
  const cookie = cookieOf(await handle(form(PASSWORD)));
  for (const cookies of [['slugline_unlock=forged', cookie], [`${cookie}; slugline_unlock=forged`]]) {
    expect((await handle(visit({ cookies }))).statusCode).toBe(302);
  }
});
