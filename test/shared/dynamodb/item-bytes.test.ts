import { itemBytes } from '#shared/dynamodb/item-bytes.ts';

test.each([
  ['a text in UTF-8, its name too', { ä: { S: 'müde 😀' } }, 2 + 10],
  ['a number by two digits a byte', { n: { N: '1234500' } }, 1 + 4],
  ['its sign', { n: { N: '-0.12' } }, 1 + 3],
  ['not its exponent', { n: { N: '1e-100' } }, 1 + 2],
  ['bytes, as such or as base64', { a: { B: new Uint8Array(5) }, b: { B: 'AAECAwQ=' } }, 2 + 10],
  ['a truth and a nothing', { t: { BOOL: true }, n: { NULL: true } }, 2 + 2],
  ['a list and each of its elements', { l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 1 + 3 + 2 + 3],
  ['a map and each of its members', { m: { M: { a: { S: 'b' }, cd: { L: [] } } } }, 1 + 3 + 2 + 2 + 2 + 3],
  ['sets', { s: { SS: ['ab', 'ü'] } }, 1 + 4],
])('counts %s', (_what, item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});
