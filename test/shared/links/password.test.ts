import { hashPassword, verifyPassword } from '#shared/links/password.ts';

test.each([
  ['empty', ''],
  ['129 characters long', 'x'.repeat(129)],
  ['a megabyte long', 'x'.repeat(1_000_000)],
  ['with NUL in it', 'sesame\0x'],
  ['with a line end in it', 'sesame\nx'],
  ['with half a surrogate pair in it', 'sesame\ud800'],
])('a password that is %s is refused and never repeated', async (_what, password) => {
  await expect(hashPassword(password)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.not.stringMatching(/sesame|xx/),
  });
});

test('another password does not match', async () => {
  const stored = await hashPassword('correct horse');
  for (const wrong of [
    '',
    'correct',
    'Correct horse',
    'correct horse ',
    'x'.repeat(200),
    'correct horse\0',
  ]) {
    expect((await verifyPassword(stored, wrong)).matches).toBe(false);
  }
});

test('the same password matches, however its characters are composed', async () => {
  const stored = await hashPassword('caf\u00e9');
  expect(await verifyPassword(stored, 'cafe\u0301')).toEqual({ matches: true, outdated: false });
});

test('128 characters are counted as people count them', async () => {
  const password = '🔑'.repeat(128);
  expect((await verifyPassword(await hashPassword(password), password)).matches).toBe(true);
});

test('a hash is argon2id in PHC form with a salt of its own', async () => {
  const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
});

test('a hash made at another cost still matches and says that it is outdated', async () => {
  const stored = await hashPassword('old', { memory: 8_192, passes: 1, parallelism: 1 });
  expect(await verifyPassword(stored, 'old')).toEqual({ matches: true, outdated: true });
  expect(await verifyPassword(stored, 'new')).toEqual({ matches: false, outdated: true });
});

test('a hash of another implementation matches: the reference of argon2 1.3', async () => {
  // printf password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32, from the reference implementation's own tests.
  const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect((await verifyPassword(stored, 'password')).matches).toBe(true);
});
