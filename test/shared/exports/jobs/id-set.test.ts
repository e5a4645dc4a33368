import { idSet, packIds, unpackIds } from '#shared/exports/jobs/id-set.ts';
import { newUuid } from '#shared/ids.ts';

const ids = Array.from({ length: 1_000 }, newUuid);

test('holds what it was given, in any case, and nothing else', () => {
  const set = idSet(packIds(ids.map((id, n) => (n % 2 === 0 ? id : id.toUpperCase()))));
  expect(ids.every((id) => set.has(id))).toBe(true);
  expect([newUuid(), '', 'x'].some((id) => set.has(id))).toBe(false);
  expect(idSet(packIds([])).has(ids[0]!)).toBe(false);
});

test('holds the same, in whatever order and however often ids come', () => {
  const twice = packIds([...ids.toReversed(), ...ids]);
  const before = Buffer.from(twice);
  const set = idSet(twice);
  expect(ids.every((id) => set.has(id))).toBe(true);
  expect(set.has(newUuid())).toBe(false);
  expect(before.equals(twice)).toBe(true);
});

test('packed ids take 16 bytes each and come back as they came, repeats too', () => {
  const asSent = [ids[7]!, ids[3]!, ids[7]!, ...ids.toReversed()];
  expect(packIds(asSent)).toHaveLength(16 * asSent.length);
  expect(unpackIds(packIds(asSent))).toEqual(asSent);
});
