import type { Template } from '#shared/qr/png/template.ts';
import { templateCache } from '#shared/qr/png/template-cache.ts';

const template = (bytes: number): Template => ({ bytes }) as Template;

test('a template is made once while it is kept, and the one used least lately goes first', () => {
  const made: string[] = [];
  const cached = templateCache(250);
  const get = (key: string) =>
    cached(key, () => {
      made.push(key);
      return template(100);
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) get(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

test('one that is larger than all the room is still made and used', () => {
  const cached = templateCache(10);
  expect(cached('large', () => template(1_000)).bytes).toBe(1_000);
  expect(cached('large', () => template(1)).bytes).toBe(1_000);
  cached('next', () => template(5));
  expect(cached('large', () => template(1)).bytes).toBe(1);
});
