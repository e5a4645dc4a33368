import { sha256 } from '#shared/sha256.ts';
import type { Answer } from './visit.ts';

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:1rem/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh}',
  'main{max-width:26rem;padding:1.5rem}',
  'h1{font-size:1.5rem;line-height:1.2;margin:0 0 .75rem}',
  'label,input,button{display:block;box-sizing:border-box;width:100%;font:inherit}',
  'input,button{padding:.6rem .75rem;margin:.35rem 0 1rem;border:1px solid #767676;border-radius:.4rem}',
  'button{background:#1a4fd6;border-color:#1a4fd6;color:#fff;cursor:pointer}',
  ':focus-visible{outline:3px solid #f5a623;outline-offset:2px}',
  '[role=alert]{border-left:4px solid #c62828;padding-left:.75rem}',
].join('');

/**
 * Nothing is loaded and nothing runs. `form-action` is left open: browsers apply it to the redirects that follow a
 * form too, and those lead to the destination.
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/form-action
 */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${sha256(STYLE, 'base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-store',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

type Page = { status: number; title: string; body: string; headers?: Record<string, string> };

const page = ({ status, title, body, headers }: Page): Answer => ({
  status,
  headers: { ...HEADERS, ...headers },
  body:
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${title}</title><style>${STYLE}</style></head>` +
    `<body><main><h1>${title}</h1>${body}</main></body></html>`,
});

/** The answers that lead nowhere. None of them repeats anything that the visitor sent. */
export const PAGES = {
  notFound: page({
    status: 404,
    title: 'Link not found',
    body: '<p>There is no link at this address. Please check that it is complete and spelled exactly as you were given it.</p>',
  }),
  gone: page({
    status: 410,
    title: 'Link no longer active',
    body: '<p>This link has expired or was switched off by its owner.</p>',
  }),
  tooManyAttempts: (retryAfterSeconds: number): Answer =>
    page({
      status: 429,
      title: 'Too many attempts',
      body: '<p>Too many passwords were tried. Please wait a minute, then open the link again.</p>',
      headers: { 'retry-after': String(retryAfterSeconds) },
    }),
  unavailable: page({
    status: 503,
    title: 'Please try again',
    body: '<p>This link cannot be opened at the moment. Please try again in a few seconds.</p>',
    headers: { 'retry-after': '5' },
  }),
} as const;

const WRONG = '<p id="wrong" role="alert">That password is not right. Please try again.</p>';

/**
 * Asks for the password of a link.
 * @param wrong  one was tried and was not right
 */
export const passwordPage = ({ wrong }: { wrong: boolean }): Answer =>
  page({
    status: 401,
    title: wrong ? 'Wrong password' : 'Password required',
    body:
      '<p>This link is protected. Enter its password to go on.</p>' +
      `${wrong ? WRONG : ''}<form method="post"><label for="password">Password</label>` +
      '<input id="password" name="password" type="password" required autofocus ' +
      `autocomplete="current-password"${wrong ? ' aria-invalid="true" aria-describedby="wrong"' : ''}>` +
      '<button type="submit">Continue</button></form>',
  });
