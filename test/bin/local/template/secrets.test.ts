import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from '#bin/local/template/secrets.ts';

const dir = await mkdtemp(join(tmpdir(), 'slugline-secrets-'));
afterAll(() => rm(dir, { recursive: true }));

test('a file that cannot be read is an error, not a new secret', async () => {
  const file = join(dir, 'broken.json');
  await writeFile(file, '{');
  expect(() => openSecrets(file)).toThrow(/remove it to have its secrets made anew/);
});

test('each name has a secret of its own, which outlives the process and only its owner may read', async () => {
  const file = join(dir, 'secrets.json');
  const secretOf = openSecrets(file);
  const first = secretOf('a');
  expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(secretOf('b')).not.toBe(first);
  expect(openSecrets(file)('a')).toBe(first);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(Object.keys(JSON.parse(await readFile(file, 'utf8')))).toEqual(['a', 'b']);
});
