import { createHash } from 'node:crypto';
import { PAGES, passwordPage } from '#shared/redirects/pages.ts';

const ALL = {
  'not found': PAGES.notFound,
  gone: PAGES.gone,
  'too many attempts': PAGES.tooManyAttempts(7),
  unavailable: PAGES.unavailable,
  password: passwordPage({ wrong: false }),
  'wrong password': passwordPage({ wrong: true }),
};

describe.each(Object.entries(ALL))('the page "%s"', (_, { headers, body = '' }) => {
  test('runs nothing and loads nothing', () => {
    expect(body).not.toMatch(/<(script|img|link|iframe|object|embed|base)\b|https?:|\bon[a-z]+=|url\(/i);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
  });

  test('has its one style allowed by its hash', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`'sha256-${hash}'`);
    expect(body).not.toMatch(/ style=/);
  });

  test('is one language, one title, one heading, and fits a telephone', () => {
    expect(body).toMatch(/^<!doctype html><html lang="en">/);
    const [, title] = /<title>(.+?)<\/title>/.exec(body)!;
    expect(body).toContain(`<h1>${title}</h1>`);
    expect(body.match(/<h1/g)).toHaveLength(1);
    expect(body).toContain('<main>');
    expect(body).toContain('name="viewport"');
  });

  test('is small and kept by nobody', () => {
    expect(Buffer.byteLength(body)).toBeLessThan(2_500);
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('the password page', () => {
  const { body: asking = '' } = passwordPage({ wrong: false });
  const { body: wrong = '', status } = passwordPage({ wrong: true });

  test('says nothing of an error before there is one', () => {
    expect(asking).not.toMatch(/role="alert|aria-/);
  });

  test('ties its error to its field', () => {
    expect(status).toBe(401);
    expect(wrong).toMatch(/<p id="wrong" role="alert">[^<]+<\/p>/);
    expect(wrong).toMatch(/<input[^>]* aria-invalid="true" aria-describedby="wrong"/);
  });

  test('has one labelled field that has the focus, and posts it to where it came from', () => {
    expect(asking).toMatch(/<form method="post"><label for="password">Password<\/label><input id="password"/);
    expect(asking).toMatch(/<input[^>]* type="password" required autofocus autocomplete="current-password">/);
    expect(asking).toMatch(/<button type="submit">/);
  });

  test('keeps the focus visible', () => expect(asking).toContain(':focus-visible{outline:'));
});

test('pages that pass by themselves say when to come back', () => {
  expect(PAGES.unavailable.headers['retry-after']).toBe('5');
  expect(PAGES.tooManyAttempts(7).headers['retry-after']).toBe('7');
});
