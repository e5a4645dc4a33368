import type { AnswerHeaderName, RequestHeaderName } from '../route.ts';

type Described = { description: string; schema: Record<string, unknown>; example?: unknown };

const seconds = { type: 'integer', minimum: 1 } as const;

/** Headers of answers; the values are what their schemas say once read as JSON would be. */
export const ANSWER_HEADERS: Record<AnswerHeaderName, Described> = {
  'Cache-Control': {
    description: 'Who may keep the answer; nobody, unless it says otherwise.',
    schema: { type: 'string' },
    example: 'private, no-store',
  },
  'RateLimit-Limit': {
    description: 'Requests allowed in a window of a whole minute.',
    schema: { type: 'integer', minimum: 1 },
    example: 6000,
  },
  'RateLimit-Remaining': {
    description: 'Requests left in this window.',
    schema: { type: 'integer', minimum: 0 },
    example: 5999,
  },
  'RateLimit-Reset': { description: 'Seconds until the next window.', schema: seconds, example: 42 },
  'Retry-After': { description: 'Seconds after which to ask again.', schema: seconds, example: 5 },
  'Preference-Applied': {
    description: 'The preference that was followed.',
    schema: { const: 'respond-async' },
  },
  'WWW-Authenticate': {
    description: 'What a credential must look like.',
    schema: { type: 'string' },
    example: 'Bearer',
  },
  'Content-Disposition': {
    description: 'A name for the file.',
    schema: { type: 'string', pattern: '^attachment; filename="[A-Za-z0-9._-]+"$' },
    example: 'attachment; filename="links_2026-11-28.csv"',
  },
  Location: {
    description: 'Where to go on.',
    schema: { type: 'string', format: 'uri' },
    example: 'https://links.example.com/api/exports/jobs/01900000-0000-7000-8000-000000000001',
  },
  ETag: {
    description:
      'Names this state of the answer; hand it back in If-None-Match, or in If-Match where that is taken.',
    schema: { type: 'string', pattern: '^"[A-Za-z0-9_-]+"$' },
    example: '"b1946ac92492d2347c6235b4d2611184"',
  },
  Allow: {
    description: 'The methods that the path takes.',
    schema: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$' },
    example: 'GET, POST',
  },
};

/** Headers of requests, beside those of the credential. */
export const REQUEST_HEADERS: Record<RequestHeaderName, Described> = {
  'Idempotency-Key': {
    description: 'Makes a repeat of the request safe for 24 hours: it is answered as the first was.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '5f0c6a3e-order-1187',
  },
  Prefer: {
    description: '`respond-async` asks for a job; other preferences are passed over.',
    schema: { type: 'string' },
    example: 'respond-async',
  },
  'If-Match': {
    description: 'An ETag, or several: 412 when this is none of these states any more.',
    schema: { type: 'string' },
    example: '"3"',
  },
  'If-None-Match': {
    description: 'An ETag, or several: 304 when the answer is still the same.',
    schema: { type: 'string' },
    example: '"b1946ac92492d2347c6235b4d2611184"',
  },
};

/** The name under which a header that may be absent is shared. */
const sometimes = (name: string): string => `${name}.sometimes`;

/** `components.headers`: each twice, because whether it is always there stands in the header itself. */
export const headerComponents = (): Record<string, Described & { required: boolean }> =>
  Object.fromEntries(
    Object.entries(ANSWER_HEADERS).flatMap(([name, header]) => [
      [name, { ...header, required: true }],
      [sometimes(name), { ...header, required: false }],
    ]),
  );

/** `components.parameters` */
export const headerParameters = (): Record<
  string,
  Described & { name: string; in: 'header'; required: false }
> =>
  Object.fromEntries(
    Object.entries(REQUEST_HEADERS).map(([name, header]) => [
      name,
      { name, in: 'header', required: false, ...header },
    ]),
  );

/** References to headers by name; a `?` behind a name says that the header may be absent. */
export const headerReferences = (
  names: readonly (AnswerHeaderName | `${AnswerHeaderName}?`)[],
): Record<string, { $ref: string }> =>
  Object.fromEntries(
    names.map((given) => {
      const name = given.replace('?', '');
      const shared = given.endsWith('?') ? sometimes(name) : name;
      return [name, { $ref: `#/components/headers/${shared}` }];
    }),
  );
