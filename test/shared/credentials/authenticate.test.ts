import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type AuthTools, authenticate } from '#shared/credentials/authenticate.ts';
import { openSecrets, ROTATION_LEAD_MS, rotateSecret } from '#shared/credentials/secrets.ts';
import { openSession, SESSION_MS } from '#shared/credentials/session.ts';
import { DEFAULT_SCOPES, SCOPES } from '#shared/workspaces/workspace.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { exampleWorkspace, memorySecrets, openWorkspace } from '#test/support/workspaces.ts';

const NOW_MS = Date.UTC(2030, 0, 1);

async function open({ sessionIssuer }: Pick<Partial<AuthTools>, 'sessionIssuer'> = {}) {
  const clock = { nowMs: NOW_MS };
  const world = await openWorkspace();
  const secretStore = memorySecretStore();
  const tools: AuthTools = {
    workspaces: world.workspaces,
    secrets: openSecrets(secretStore, () => clock.nowMs),
    sessionIssuer,
    now: () => clock.nowMs,
  };
  const session = async () => (await openSession(tools.secrets, world.key, clock.nowMs)).token;
  return { ...world, tools, clock, secretStore, session };
}

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const refused = (code: string) => expect.objectContaining({ code });
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('a request without one valid credential', () => {
  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an empty Authorization', { authorization: '' }],
    ['an empty key header', { 'x-api-key': '' }],
    ['another scheme', { authorization: 'Basic dTpw' }],
    ['a bare scheme', { authorization: 'Bearer' }],
    ['two words after the scheme', { authorization: 'Bearer a b' }],
    ['no key at all', bearer('password')],
    ['a key in another case', bearer(`SLK_${'0'.repeat(20)}_${'a'.repeat(43)}`)],
    ['a key that nobody has', bearer(`slk_${'0'.repeat(20)}_${'a'.repeat(43)}`)],
    ['__proto__', { 'x-nim-api-key': '__proto__' }],
  ])('is refused: %s', async (_name, headers) => {
    const { tools } = await open();
    await expect(authenticate(headers, tools)).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });

  test('is refused with the secret of another key', async () => {
    const { tools, key, apiKey } = await open();
    const secret = apiKey.slice(-43);
    const wrong = `slk_${key.keyId}_${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    await expect(authenticate(bearer(wrong), tools)).rejects.toEqual(refused('unauthorized'));
  });

  test('is refused when two keys disagree, though both are valid', async () => {
    const { tools, workspaces, apiKey } = await open();
    const other = await openWorkspace({ workspaceId: 'w2', workspaces });
    for (const headers of [
      { 'x-nim-api-key': apiKey, 'x-api-key': other.apiKey },
      { ...bearer(apiKey), 'x-api-key': other.apiKey },
    ]) {
      await expect(authenticate(headers, tools)).rejects.toThrow('two different credentials');
    }
  });

  test('is refused when a session and a key come together', async () => {
    const { tools, apiKey, session } = await open();
    const headers = { ...bearer(await session()), 'x-api-key': apiKey };
    await expect(authenticate(headers, tools)).rejects.toThrow('two different credentials');
  });

  test('is refused with a revoked key', async () => {
    const { tools, workspaces, workspaceId, key, apiKey } = await open();
    await workspaces.revokeKey(workspaceId, key.keyId, NOW_MS);
    await expect(authenticate(bearer(apiKey), tools)).rejects.toThrow('revoked');
  });

  test('is refused with the conversion secret', async () => {
    const { tools } = await open();
    await expect(authenticate(bearer(`slcs_${'a'.repeat(43)}`), tools)).rejects.toEqual(
      refused('unauthorized'),
    );
  });

  test('is forbidden in a suspended workspace', async () => {
    const { tools, workspaces, workspaceId, apiKey, session } = await open();
    const token = await session();
    await workspaces.setStatus(workspaceId, 'suspended');
    await expect(authenticate(bearer(apiKey), tools)).rejects.toEqual(refused('account_suspended'));
    await expect(authenticate(bearer(token), tools)).rejects.toEqual(refused('account_suspended'));
  });

  test("does not find another workspace's path", async () => {
    const { tools, apiKey } = await open();
    await expect(authenticate(bearer(apiKey), tools, { workspaceId: 'w2' })).rejects.toEqual(
      refused('not_found'),
    );
  });
});

describe('an API key', () => {
  test.each(['authorization', 'x-nim-api-key', 'x-api-key'])(
    'in %s tells the workspace and the scopes',
    async (name) => {
      const { tools, workspaceId, key, apiKey } = await open();
      const text = name === 'authorization' ? `bearer  ${apiKey}` : apiKey;
      expect(await authenticate({ [name]: text }, tools)).toEqual({
        workspace: exampleWorkspace({ workspaceId }),
        scopes: new Set(DEFAULT_SCOPES),
        via: 'key',
        keyId: key.keyId,
        email: null,
      });
    },
  );

  test('may stand in several headers', async () => {
    const { tools, apiKey } = await open();
    const headers = { ...bearer(apiKey), 'x-nim-api-key': apiKey, 'x-api-key': apiKey };
    expect((await authenticate(headers, tools)).via).toBe('key');
  });

  test('finds its workspace in the path in any case', async () => {
    const { tools, workspaceId, apiKey } = await open();
    const principal = await authenticate(bearer(apiKey), tools, { workspaceId: workspaceId.toUpperCase() });
    expect(principal.workspace.workspaceId).toBe(workspaceId);
  });
});

describe('a session of this deployment', () => {
  test('has the scopes of its key', async () => {
    const { tools, key, workspaceId, session } = await open();
    expect(await authenticate(bearer(await session()), tools)).toEqual({
      workspace: exampleWorkspace({ workspaceId }),
      scopes: new Set(DEFAULT_SCOPES),
      via: 'session',
      keyId: key.keyId,
      email: null,
    });
  });

  test('ends after an hour', async () => {
    const { tools, clock, session } = await open();
    const token = await session();
    clock.nowMs += SESSION_MS - 1;
    expect((await authenticate(bearer(token), tools)).via).toBe('session');
    clock.nowMs += 1;
    await expect(authenticate(bearer(token), tools)).rejects.toThrow('expired');
  });

  test('ends with its key', async () => {
    const { tools, workspaces, workspaceId, key, session } = await open();
    const token = await session();
    await workspaces.revokeKey(workspaceId, key.keyId, NOW_MS);
    await expect(authenticate(bearer(token), tools)).rejects.toThrow('revoked');
  });

  test('is taken as Bearer only', async () => {
    const { tools, session } = await open();
    await expect(authenticate({ 'x-api-key': await session() }, tools)).rejects.toEqual(
      refused('unauthorized'),
    );
  });

  test('outlives a rotation of the secret', async () => {
    const { tools, clock, secretStore, session } = await open();
    await session();
    await rotateSecret(secretStore, clock.nowMs);
    clock.nowMs += ROTATION_LEAD_MS - 1;
    const before = await session();
    clock.nowMs += 1;
    const after = await session();
    expect((await authenticate(bearer(before), tools)).via).toBe('session');
    expect((await authenticate(bearer(after), tools)).via).toBe('session');
  });

  test('of another deployment is refused', async () => {
    const { tools, key } = await open();
    const { token } = await openSession(memorySecrets(), key, NOW_MS);
    await expect(authenticate(bearer(token), tools)).rejects.toThrow('signature');
  });

  test('cannot be moved to another workspace by its claims', async () => {
    const { tools, workspaces, session } = await open();
    await openWorkspace({ workspaceId: 'w2', workspaces });
    const [header, payload, signature] = (await session()).split('.');
    const claims = { ...JSON.parse(Buffer.from(payload!, 'base64url').toString()), sub: 'w2' };
    await expect(authenticate(bearer(`${header}.${encode(claims)}.${signature}`), tools)).rejects.toThrow(
      'signature',
    );
  });
});

describe('a forged session', () => {
  /** What a session of the key says, but for one thing. */
  const claims = (keyId: string, over: object = {}) => ({
    iss: 'slugline',
    aud: 'slugline-api',
    sub: '018f0000-0000-7000-8000-000000000001',
    key_id: keyId,
    exp: NOW_MS / 1000 + 600,
    ...over,
  });

  test.each(['none', 'None', 'HS256', 'RS256'])(
    'that says alg %s and has no signature is refused',
    async (alg) => {
      const { tools, key } = await open();
      const token = `${encode({ alg, kid: 'v1' })}.${encode(claims(key.keyId))}.`;
      await expect(authenticate(bearer(token), tools)).rejects.toEqual(refused('unauthorized'));
    },
  );

  const signed = async (over: object) => {
    const { tools, key, workspaces } = await open();
    await openWorkspace({ workspaceId: '018f0000-0000-7000-8000-000000000002', workspaces });
    const { current } = await tools.secrets.derive('session');
    const token = await new SignJWT(claims(key.keyId, over))
      .setProtectedHeader({ alg: 'HS256', kid: 'v1' })
      .sign(current);
    return authenticate(bearer(token), tools);
  };

  test('that says all that a real one says cannot be told from it, so only the signature counts', async () => {
    expect((await signed({})).via).toBe('session');
  });

  test.each<[string, object]>([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['another audience', { aud: 'elsewhere' }],
    ['no expiry', { exp: undefined }],
    ['an expiry in words', { exp: 'tomorrow' }],
    ['another workspace', { sub: '018f0000-0000-7000-8000-000000000002' }],
    ['no workspace', { sub: undefined }],
    ['no key', { key_id: undefined }],
    ['an unknown key', { key_id: 'k' }],
  ])('with the right signature but %s is refused', async (_name, over) => {
    await expect(signed(over)).rejects.toEqual(refused('unauthorized'));
  });

  test.each([undefined, 'v9', '__proto__'])('that names the key %j is refused', async (kid) => {
    const { tools, key } = await open();
    const { current } = await tools.secrets.derive('session');
    const header = kid === undefined ? { alg: 'HS256' } : { alg: 'HS256', kid };
    const token = await new SignJWT(claims(key.keyId)).setProtectedHeader(header).sign(current);
    await expect(authenticate(bearer(token), tools)).rejects.toThrow('not in force');
  });

  test.each(['a.b.c', '..', 'e30.e30.e30', `${'a'.repeat(9_000)}.b.c`])('%.20s is refused', async (token) => {
    const { tools } = await open();
    await expect(authenticate(bearer(token), tools)).rejects.toEqual(refused('unauthorized'));
  });
});

describe('a session of an external issuer', () => {
  const ISSUER = 'https://login.example.com';
  const W1 = '018f0000-0000-7000-8000-000000000001';
  const W2 = '018f0000-0000-7000-8000-000000000002';

  async function openWithIssuer() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'e1', alg: 'ES256' };
    const world = await open({
      sessionIssuer: { issuer: ISSUER, audience: 'links', keys: createLocalJWKSet({ keys: [jwk] }) },
    });
    await openWorkspace({ workspaceId: W2, workspaces: world.workspaces });
    const sign = (over: object = {}, kid = 'e1') =>
      new SignJWT({
        iss: ISSUER,
        aud: 'links',
        exp: NOW_MS / 1000 + 600,
        workspace_ids: [W1],
        email: 'ada@example.com',
        ...over,
      })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(privateKey);
    return { ...world, jwk, sign };
  }

  test('tells the person, with every scope', async () => {
    const { tools, sign } = await openWithIssuer();
    expect(await authenticate(bearer(await sign()), tools)).toEqual({
      workspace: exampleWorkspace({ workspaceId: W1 }),
      scopes: new Set(SCOPES),
      via: 'session',
      keyId: null,
      email: 'ada@example.com',
    });
  });

  test.each<[string, object, string]>([
    ['another audience', { aud: 'mail' }, 'not issued for this service'],
    ['another issuer', { iss: 'https://elsewhere.example' }, 'algorithm'],
    ['no expiry', { exp: undefined }, 'not issued for this service'],
    ['an expiry in the past', { exp: NOW_MS / 1000 - 1 }, 'expired'],
    ['no workspaces', { workspace_ids: undefined }, 'not issued for this service'],
    ['an empty list of workspaces', { workspace_ids: [] }, 'names no workspace'],
    ['workspaces that are no list', { workspace_ids: W1 }, 'list of strings'],
    ['an unknown workspace', { workspace_ids: ['w9'] }, 'does not exist'],
  ])('with %s is refused', async (_name, over, reason) => {
    const { tools, sign } = await openWithIssuer();
    const token = await sign(over);
    await expect(authenticate(bearer(token), tools)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining(reason),
    });
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const { tools, jwk } = await openWithIssuer();
    const token = await new SignJWT({ workspace_ids: [W1] })
      .setProtectedHeader({ alg: 'HS256', kid: 'e1' })
      .setIssuer(ISSUER)
      .setAudience('links')
      .setExpirationTime(NOW_MS / 1000 + 600)
      .sign(Buffer.from(JSON.stringify(jwk)));
    await expect(authenticate(bearer(token), tools)).rejects.toThrow('algorithm');
  });

  test('signed with a shared secret is refused, even where the issuer would have it so', async () => {
    const keys = async () => Buffer.alloc(32, 7);
    const { tools } = await open({ sessionIssuer: { issuer: ISSUER, audience: 'links', keys } });
    const token = await new SignJWT({ workspace_ids: [W1] })
      .setProtectedHeader({ alg: 'HS256', kid: 'e1' })
      .setIssuer(ISSUER)
      .setAudience('links')
      .setExpirationTime(NOW_MS / 1000 + 600)
      .sign(Buffer.alloc(32, 7));
    await expect(authenticate(bearer(token), tools)).rejects.toThrow('algorithm');
  });

  test('signed with a key that the issuer does not list is refused', async () => {
    const { tools, sign } = await openWithIssuer();
    await expect(authenticate(bearer(await sign({}, 'e2')), tools)).rejects.toThrow('not in force');
  });

  test('is refused where no issuer is configured', async () => {
    const { sign } = await openWithIssuer();
    const { tools } = await open();
    await expect(authenticate(bearer(await sign()), tools)).rejects.toEqual(refused('unauthorized'));
  });

  test('asks to try again while the keys of the issuer cannot be had', async () => {
    const { sign } = await openWithIssuer();
    const { tools } = await open({
      sessionIssuer: {
        issuer: ISSUER,
        audience: 'links',
        keys: async () => {
          throw new TypeError('fetch failed');
        },
      },
    });
    await expect(authenticate(bearer(await sign()), tools)).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 5,
    });
  });

  test('of several workspaces is for the one that the path names', async () => {
    const { tools, sign } = await openWithIssuer();
    const headers = bearer(await sign({ workspace_ids: [W1, W2] }));
    const principal = await authenticate(headers, tools, { workspaceId: W2.toUpperCase() });
    expect(principal.workspace.workspaceId).toBe(W2);
    await expect(authenticate(headers, tools)).rejects.toThrow('names 2 workspaces');
    await expect(authenticate(headers, tools, { workspaceId: 'w3' })).rejects.toEqual(refused('not_found'));
  });
});
