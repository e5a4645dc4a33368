import fc from 'fast-check';
import { entryName } from '#shared/exports/files/archive/entry-name.ts';

test.each([
  ['go.example.com', 'spring-launch', 'go.example.com/spring-launch.png'],
  ['GO.example.com.', 'x_1', 'go.example.com/x_1.png'],
  ['go.example.com', 'Spring', 'go.example.com/Spring.20.png'],
  ['go.example.com', 'sprinG', 'go.example.com/sprinG.1.png'],
  ['go.example.com', 'aux', 'go.example.com/_aux.617578.png'],
  ['go.example.com', '_aux', 'go.example.com/_aux.png'],
  ['con', 'abc', '_con/abc.png'],
  ['..', '..', '_/--.2e2e.png'],
])('%s and %s: %s', (folder, name, wanted) => {
  expect(entryName(folder, name, 'png')).toBe(wanted);
});

test('names that differ stay different, without regard to case, and hold nothing else than they may', () => {
  const slug = fc.stringMatching(/^[A-Za-z0-9_-]{3,8}$/);
  fc.assert(
    fc.property(fc.uniqueArray(slug, { minLength: 2, maxLength: 40 }), (slugs) => {
      const names = slugs.map((name) => entryName('go.example.com', name, 'svg'));
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(slugs.length);
      for (const name of names) {
        expect(name).toMatch(/^[a-z0-9.-]+\/[A-Za-z0-9_-][A-Za-z0-9._-]*$/);
        expect(name).not.toMatch(/\/(con|prn|aux|nul|com\d|lpt\d)\./i);
      }
    }),
  );
});

test('whatever it is given, it stays within its folder', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (folder, name) => {
      expect(entryName(folder, name, 'png')).toMatch(
        /^[A-Za-z0-9_-][A-Za-z0-9._-]*\/[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
      );
    }),
  );
});
