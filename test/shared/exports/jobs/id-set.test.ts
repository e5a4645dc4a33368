import { idSet, packIds, unpackIds } from '#shared/exports/jobs/id-set.ts';
import { newUuid } from '#shared/ids.ts';

const ids = Array.from({ length: 1_000 }, newUuid);

test('holds what it was given, in any case, and nothing else', () => {
  const set = idSet(packIds(ids.map((id, n) => (n % 2 === 0 ? id : id.toUpperCase()))));
  expect(ids.every((id) => set.has(id))).toBe(true);
  expect([newUuid(), '', 'x'].some((id) => set.has(id))).toBe(false);
  expect(idSet(packIds([])).has(ids[0]!)).toBe(false);
});

test('takes 16 bytes an id, without repeats, and gives them back in order', () => {
  expect(packIds([...ids, ...ids])).toHaveLength(16 * 1_000);
  expect(unpackIds(packIds(ids))).toEqual(ids.toSorted());
});
