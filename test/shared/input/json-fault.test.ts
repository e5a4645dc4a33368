import fc from 'fast-check';
import { jsonFault } from '#shared/input/json-fault.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the fault of a text that is no JSON', () => {
  test.each([
    ['', 0, 'a value'],
    ['hello', 0, 'a value'],
    ['{"a":1,}', 7, 'a key in double quotes'],
    ["{'a':1}", 1, 'a key in double quotes or }'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a":hunter2}', 5, 'a value'],
    ['{"a":"hunter2', 5, 'a value'],
    ['[1 2]', 3, 'a comma or ]'],
    ['[1}', 2, 'a comma or ]'],
    ['{"a":01}', 5, 'a value'],
    ['{"a":1} x', 8, 'the end'],
    ['{"a":[1,2', 9, 'a comma or ]'],
    ['["\u0001"]', 1, 'a value or ]'],
  ])('of %j is at %i', (text, at, wanted) => {
    expect(jsonFault(text)).toEqual({ at, wanted });
  });

  test('is there exactly when the runtime refuses the text', () => {
    const spoiled = fc
      .tuple(
        fc.jsonValue(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '0', '-', 'e', '.', '\\', ' ', 'x'),
      )
      .map(([value, at, put]) => {
        const text = JSON.stringify(value);
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + put + text.slice(put === '' ? cut + 1 : cut);
      });
    fc.assert(
      fc.property(spoiled, (text) => expect(jsonFault(text) === undefined).toBe(isJson(text))),
      { numRuns: 3_000 },
    );
  });

  test('is found in a megabyte of brackets and in a megabyte of text', () => {
    expect(jsonFault('['.repeat(1e6))).toEqual({ at: 1e6, wanted: 'a value or ]' });
    expect(jsonFault(`"${'\\n'.repeat(5e5)}`)).toEqual({ at: 0, wanted: 'a value' });
  });
});
