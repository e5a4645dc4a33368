import fc from 'fast-check';
import { parseJson } from '#functions/http/json.ts';
import { Problem } from '#shared/problem.ts';

const refusal = (text: string | Buffer): string => {
  try {
    parseJson(Buffer.from(text));
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).code).toBe('invalid_request');
    return (error as Problem).message;
  }
  throw new Error(`accepted ${String(text).slice(0, 80)}`);
};

describe('a JSON body', () => {
  test.each([
    ['nothing but a word', 'hello', /not JSON/],
    ['a trailing comma', '{"a":1,}', /not JSON/],
    ['the same key twice', '{"a":1,"b":{"a":2},"a":3}', /"a" stands twice/],
    ['the same key twice by an escape', '{"a":1,"\\u0061":3}', /"a" stands twice/],
    ['__proto__ as a key', '{"a":{"__proto__":{"admin":true}}}', /__proto__/],
    ['half a surrogate pair', '{"a":"\\ud83d"}', /surrogate/],
    ['a number beyond a double', '{"a":1e309}', /1e309/],
    ['ten thousand levels', '['.repeat(10_000) + ']'.repeat(10_000), /deeper than 64/],
  ])('is refused for %s', (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  test('is refused when it is not UTF-8', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22]))).toMatch(/UTF-8/);
  });

  test('may hold one name in several objects, and quotes, brackets and commas in strings', () => {
    const text = '[{"a":"}{,\\"a\\":"},{"a":[{"a":-1.5e-3}]}]';
    expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  test('reads as JSON.parse does whatever JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('"__proto__":'));
        expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });
});
