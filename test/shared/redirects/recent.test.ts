import { Recent } from '#shared/redirects/recent.ts';

test('what was never set or was deleted is not there', () => {
  const recent = new Recent<number>(2);
  expect(recent.get('a')).toBeUndefined();
  recent.set('a', 1);
  recent.delete('a');
  expect(recent.get('a')).toBeUndefined();
});

test('beyond the limit, what was used longest ago is forgotten', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');
  recent.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
});

test('setting an entry again changes it and forgets no other', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('b', 3);
  expect(['a', 'b'].map((key) => recent.get(key))).toEqual([1, 3]);
});
