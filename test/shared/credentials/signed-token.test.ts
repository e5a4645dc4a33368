import { openSecrets, ROTATION_LEAD_MS, rotateSecret } from '#shared/credentials/secrets.ts';
import { openToken, signToken } from '#shared/credentials/signed-token.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { memorySecrets } from '#test/support/workspaces.ts';

const secrets = memorySecrets();
const payload = { workspaceId: 'w1', jobId: 'j1', n: 3 };

describe('signed tokens', () => {
  test('a token gives back what was signed', async () => {
    const token = await signToken(secrets, 'download', payload, 1_000);
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
    expect(await openToken(secrets, 'download', token, 999)).toEqual(payload);
  });

  test('a token expires at its instant', async () => {
    const token = await signToken(secrets, 'download', payload, 1_000);
    expect(await openToken(secrets, 'download', token, 1_000)).toBeUndefined();
  });

  test('a token of one purpose is none of another', async () => {
    const token = await signToken(secrets, 'download', payload, 1_000);
    expect(await openToken(secrets, 'cursor', token, 0)).toBeUndefined();
  });

  test('a token of another deployment is none here', async () => {
    const token = await signToken(memorySecrets(), 'download', payload, 1_000);
    expect(await openToken(secrets, 'download', token, 0)).toBeUndefined();
  });

  test('a token with any one character changed is none', async () => {
    const token = await signToken(secrets, 'download', payload, 1_000);
    for (let n = 0; n < token.length; n += 1) {
      const changed = token.slice(0, n) + (token[n] === 'A' ? 'B' : 'A') + token.slice(n + 1);
      expect(await openToken(secrets, 'download', changed, 0)).toBeUndefined();
    }
  });

  test('another spelling of the same signature is none', async () => {
    // 43 characters carry 258 bits, two more than the signature has.
    const token = await signToken(secrets, 'download', payload, 1_000);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1)!);
    expect(await openToken(secrets, 'download', token.slice(0, -1) + alphabet[last ^ 1], 0)).toBeUndefined();
  });

  test.each(['', '.', 'a.b', `${'a'.repeat(20)}.${'b'.repeat(43)}`, `.${'b'.repeat(43)}`, '%00.%00'])(
    '%j is none',
    async (token) => {
      expect(await openToken(secrets, 'download', token, 0)).toBeUndefined();
    },
  );

  test('a token outlives one rotation of the secret, not two', async () => {
    const store = memorySecretStore();
    let nowMs = 0;
    const rotating = openSecrets(store, () => nowMs);
    const token = await signToken(rotating, 'download', payload, Number.MAX_SAFE_INTEGER);
    const rotate = async () => {
      await rotateSecret(store, nowMs, { early: true });
      nowMs += ROTATION_LEAD_MS;
    };
    await rotate();
    expect(await openToken(rotating, 'download', token, nowMs)).toEqual(payload);
    await rotate();
    expect(await openToken(rotating, 'download', token, nowMs)).toBeUndefined();
  });
});
