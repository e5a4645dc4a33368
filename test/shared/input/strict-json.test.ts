import { parseStrictJson } from '#shared/input/strict-json.ts';

test.each([
  ['{"a":1', 'it is not JSON'],
  ['{"a":1,"\\u0061":2}', 'the key "a" stands twice in one object'],
  ['{"__proto__":{}}', 'the key "__proto__" is not allowed'],
  ['["\\udc00"]', 'it holds half of a surrogate pair'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'it is nested deeper than 64 levels'],
])('%j is refused in the words of whoever has it read', (text, message) => {
  expect(() => parseStrictJson(text, 'it')).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(message) }),
  );
});
