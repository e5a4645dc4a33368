import { createKey, isSecretOf, parseApiKey } from '#shared/credentials/api-key.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';

const mint = async (workspaces = memoryWorkspaceStore()) => ({
  workspaces,
  ...(await createKey(workspaces, { workspaceId: 'w1', scopes: ['qr'], nowMs: 5 })),
});

describe('API keys', () => {
  test.each([
    '',
    'slk_',
    'slk_0123456789abcdef0123',
    `slk_0123456789abcdef0123_${'a'.repeat(42)}`,
    `slk_0123456789abcdef0123_${'a'.repeat(44)}`,
    `slk_0123456789ABCDEF0123_${'a'.repeat(43)}`,
    `slc_0123456789abcdef0123_${'a'.repeat(43)}`,
    `slk_0123456789abcdef0123_${'a'.repeat(42)}!`,
    `slk_0123456789abcdef0123_${'a'.repeat(43)}\n`,
  ])('%j is no key', (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  test('a new key is stored under its id, without its secret', async () => {
    const { workspaces, text, key } = await mint();
    const parts = parseApiKey(text);
    expect(parts?.keyId).toBe(key.keyId);
    const stored = await workspaces.findKey(key.keyId);
    expect(stored).toEqual({
      keyId: key.keyId,
      workspaceId: 'w1',
      secretSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      scopes: ['qr'],
      createdAtMs: 5,
      revokedAtMs: null,
    });
    expect(JSON.stringify(stored)).not.toContain(parts?.secret);
  });

  test('only its own secret opens a key', async () => {
    const { text, key } = await mint();
    const other = await mint();
    expect(isSecretOf(key, parseApiKey(other.text)!.secret)).toBe(false);
    expect(isSecretOf(key, '')).toBe(false);
    expect(isSecretOf(key, parseApiKey(text)!.secret)).toBe(true);
  });
});
