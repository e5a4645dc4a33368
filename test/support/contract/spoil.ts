import fc from 'fast-check';

/** How a request is made worse: which of its places, and by what. Both are taken modulo what there is. */
export type Spoil = {
  where: 'body' | 'parameter';
  how: 'replace' | 'drop' | 'add';
  place: number;
  junk: unknown;
};

const TEXTS = [
  '',
  ' ',
  '-',
  ',',
  ';',
  '0x5',
  '1e1',
  '=1+1',
  'null',
  'undefined',
  'NaN',
  '__proto__',
  'constructor',
  '\u0000',
  'a\u0000b',
  '\u200b',
  '../..',
  '%00',
  '2026-02-30',
  '2026-02-30T00:00:00Z',
  'yesterday',
  '9999-12-31T23:59:59-00:01',
  '+275760-09-13T00:00:00.000Z',
  'x'.repeat(300),
  '😀'.repeat(200),
  'y'.repeat(3_000),
];
const OTHERS = [null, true, false, 0, -1, 1.5, 101, 1e16, 1e308, 1e-300, [], [[]], {}, { a: 1 }, ['a', 'a']];

export const spoils: fc.Arbitrary<Spoil> = fc.record({
  where: fc.constantFrom('body' as const, 'body' as const, 'parameter' as const),
  how: fc.constantFrom(
    'replace' as const,
    'replace' as const,
    'replace' as const,
    'drop' as const,
    'add' as const,
  ),
  place: fc.nat(10_000),
  junk: fc.oneof(fc.constantFrom<unknown>(...TEXTS), fc.constantFrom<unknown>(...TEXTS, ...OTHERS)),
});

export const spoilTexts = TEXTS;

type Place = { holder: Record<string, unknown>; key: string };

/** Every place of a value, the whole of it first. */
function placesOf(value: unknown): Place[] {
  const root: Place = { holder: { value }, key: 'value' };
  const places = [root];
  for (const { holder, key } of places) {
    const inner = holder[key];
    if (inner === null || typeof inner !== 'object') continue;
    for (const name of Object.keys(inner))
      places.push({ holder: inner as Record<string, unknown>, key: name });
  }
  return places;
}

/** The value with one place made worse; the value itself stays as it was. */
export function spoiled(value: unknown, { how, place, junk }: Spoil): unknown {
  const places = placesOf(structuredClone(value));
  const root = places[0]!;
  if (how === 'add') {
    const objects = places.filter(({ holder, key }) => isObject(holder[key]));
    const chosen = objects[place % Math.max(1, objects.length)];
    if (chosen) (chosen.holder[chosen.key] as Record<string, unknown>)[addedName(junk)] = junk;
    return root.holder.value;
  }
  const { holder, key } = places[place % places.length]!;
  if (how === 'replace' || holder === root.holder) holder[key] = junk;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return root.holder.value;
}

const isObject = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const addedName = (junk: unknown): string =>
  typeof junk === 'string' && junk.length < 20 && junk !== '__proto__' ? `added${junk}` : 'added';
