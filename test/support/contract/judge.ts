import type { TestAnswer } from '../api.ts';
import type { Answer, Operation, ReadDocument } from './document.ts';

/** On every answer, whatever it is: told once, in the description of the document, not with each operation. */
const ALWAYS = new Set([
  'content-type',
  'content-security-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
]);

/** What the document does not say of an answer; undefined when it says all of it. */
export function answerFault(
  { status, headers: given, text }: TestAnswer,
  { answers }: Operation,
  document: ReadDocument,
): string | undefined {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const answer = answers[status];
  if (!answer) return `the status ${status} is not described`;
  return (
    headersFault(headers, answer, document) ?? bodyFault(headers['content-type'], text, answer, document)
  );
}

function headersFault(
  headers: Record<string, string>,
  answer: Answer,
  document: ReadDocument,
): string | undefined {
  for (const [name, { required, schema }] of Object.entries(answer.headers)) {
    const value = headers[name];
    if (value === undefined && required) return `the header ${name} is missing`;
    const { type } = document.resolve(schema);
    const read = type === 'integer' && value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
    const fault = value === undefined ? undefined : document.faultOf(schema, read);
    if (fault !== undefined) return `the header ${name} is ${value}: ${fault}`;
  }
  const unknown = Object.keys(headers).find((name) => !(name in answer.headers) && !ALWAYS.has(name));
  return unknown === undefined ? undefined : `the header ${unknown} is not described`;
}

function bodyFault(
  contentType: string | undefined,
  text: string,
  { content }: Answer,
  document: ReadDocument,
): string | undefined {
  if (content === undefined) return text === '' ? undefined : 'a body is not described';
  const type = (contentType ?? '').split(';')[0]!;
  const media = content[type];
  if (!media) return `the media type ${type} is not described`;
  const fault = document.faultOf(media.schema, type === 'application/json' ? JSON.parse(text) : text);
  return fault === undefined ? undefined : `the body is not as described: ${fault}`;
}
