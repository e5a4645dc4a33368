import { COMMANDS } from '#bin/admin/commands.ts';
import { type AuthTools, authenticate } from '#shared/credentials/authenticate.ts';
import { conversionSecrets } from '#shared/credentials/conversion-secrets.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { firstUuidAt } from '#shared/ids.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openAdmin } from '#test/support/admin.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aLink } from '#test/support/links.ts';

async function open() {
  const opened = await openAdmin();
  const { tables, clock } = opened;
  const workspaces = dynamodbWorkspaceStore(openDatabase(), tables.workspaces);
  const secretStore = dynamodbSecretStore(openDatabase(), tables.workspaces);
  const tools = (): AuthTools & { workspaces: typeof workspaces } => ({
    workspaces,
    secrets: openSecrets(secretStore, () => clock.nowMs),
    sessionIssuer: undefined,
    now: () => clock.nowMs,
  });
  const create = async (name = 'Example') =>
    (await opened.admin('workspace', 'create', name)).out[0] as string;
  const principal = (key: string) => authenticate({ 'x-api-key': key }, tools());
  return { ...opened, workspaces, tools, create, principal };
}

describe('a call that is wrong', () => {
  test.each<[string[], string]>([
    [
      ['workspce', 'list'],
      'There is no command "workspce list"; there are: bootstrap, workspace, domain, key,',
    ],
    [['workspace', 'lst'], '"workspace" knows no "lst"; it knows: create, list, plan, suspend, resume.'],
    [
      ['domain', 'remove', 'go.example.com', '--local'],
      '"domain" knows no "remove"; it knows: add, list, ready,',
    ],
    [['key', 'x'.repeat(9_000)], `"key" knows no "${'x'.repeat(60)}"; it knows: create, list, revoke.`],
    [['workspace', 'create'], '"workspace create" takes <name>; got "".'],
    [['workspace', 'create', 'My', 'Team'], '"workspace create" takes <name>; got "My Team".'],
    [['workspace', 'list', 'all'], '"workspace list" takes no arguments; got "all".'],
    [
      ['workspace', 'list', '--limit', '5'],
      'Unknown option \'--limit\'. Options of "workspace list": --stack',
    ],
    [['workspace', 'list', '--stack'], "Option '--stack <value>' argument missing"],
    [['workspace', 'create', 'A', '--plan', 'gold'], 'The plan is "gold"; allowed: free, starter'],
    [['key', 'create', 'w1', '--scopes', 'links:read,all'], 'A scope is "all"; allowed: links:read'],
    [
      ['workspace', 'plan', 'w1', 'free', '--events-a-minute', '0'],
      'The number a minute is "0"; a whole number from 1 is required.',
    ],
    [['__proto__'], 'There is no command "__proto__"'],
  ])('%j ends with 2 and says what is allowed', async (argv, message) => {
    const { admin } = await open();
    const { code, out, err } = await admin(...argv);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err).toContain(message);
  });

  test.each<[string[], string]>([
    [['workspace', 'suspend', 'w9'], 'There is no workspace w9; "workspace list" shows'],
    [['workspace', 'plan', 'w9', 'free'], 'There is no workspace w9'],
    [['domain', 'add', 'w9', 'go.example.com'], 'There is no workspace w9'],
    [
      ['domain', 'ready', 'nowhere.example.com'],
      'There is no domain nowhere.example.com; "domain list" shows',
    ],
    [['key', 'create', 'w9'], 'There is no workspace w9'],
    [['key', 'list', 'w9'], 'There is no workspace w9'],
    [['key', 'revoke', 'k9'], 'There is no key with the id k9.'],
    [['secret', 'rotate', '--workspace', 'w9'], 'There is no workspace w9'],
  ])('%j ends with 1', async (argv, message) => {
    const { admin } = await open();
    const { code, out, err } = await admin(...argv);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toContain(message);
  });

  test('a whole key given by mistake is not shown again', async () => {
    const { admin, create } = await open();
    const key = (await admin('key', 'create', await create())).out[0] as string;
    const { err } = await admin('key', 'revoke', key);
    expect(err).not.toContain(key.slice(-43));
  });
});

describe('help', () => {
  test('without a word lists every command', async () => {
    const { admin } = await open();
    const { code, out } = await admin();
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(out.join('\n')).toContain(`  ${name} `);
  });

  test('of a noun lists its commands, and says that one was missing', async () => {
    const { admin } = await open();
    const { code, out } = await admin('key');
    expect(code).toBe(2);
    expect(out.join('\n')).toContain('key revoke <key>');
    expect(out.join('\n')).not.toContain('workspace list');
  });

  test.each(Object.keys(COMMANDS))('of "%s" shows its options and does nothing', async (name) => {
    const { admin, asked } = await open();
    const { code, out } = await admin(...name.split(' '), '--help');
    expect(code).toBe(0);
    for (const option of Object.keys(COMMANDS[name]!.options))
      expect(out.join('\n')).toContain(`--${option}`);
    expect(asked).toEqual([]);
  });
});

test('the deployment is chosen by options, wherever they stand', async () => {
  const { admin, asked } = await open();
  await admin('--stack', 'Other', 'workspace', 'list', '--region', 'eu-west-1');
  await admin('--local', 'workspace', 'list');
  await admin('workspace', 'list', '--local', '--dir', '/data');
  expect(asked).toEqual([
    { stack: 'Other', region: 'eu-west-1', local: undefined },
    { stack: 'SluglineService', region: undefined, local: '.slugline' },
    { stack: 'SluglineService', region: undefined, local: '/data' },
  ]);
});

describe('bootstrap', () => {
  test('prints key and secret the first time and never again', async () => {
    const { admin, workspaces, principal, tools } = await open();
    const first = await admin('bootstrap', '--name', 'Acme');
    const text = first.out.join('\n');
    const [key] = text.match(/slk_\w+_[\w-]{43}/) as RegExpMatchArray;
    const [secret] = text.match(/slcs_[\w-]{43}/) as RegExpMatchArray;
    const { workspace } = await principal(key);
    expect(workspace.name).toBe('Acme');
    expect(await conversionSecrets(tools(), workspace.workspaceId)).toEqual([secret]);
    expect(await workspaces.findHost('go.example.com')).toMatchObject({ status: 'ready' });
    expect(text).toContain('https://api.example.com');

    const again = await admin('bootstrap');
    expect(again.code).toBe(0);
    expect(again.out.join('\n')).not.toMatch(/slk_|slcs_/);
    expect(again.out.slice(0, 4)).toEqual(first.out.slice(0, 4));
    expect(await workspaces.keys(workspace.workspaceId)).toHaveLength(1);
  });
});

describe('workspaces', () => {
  test('are made, listed, put on plans, suspended and resumed', async () => {
    const { admin, workspaces, create } = await open();
    const id = await create('Acme');
    await admin('workspace', 'plan', id, 'growth', '--events-a-minute', '600');
    expect(await workspaces.find(id)).toMatchObject({ plan: 'growth', eventRequestsAMinute: 600 });
    await admin('workspace', 'plan', id, 'free', '--events-a-minute', 'plan');
    expect(await workspaces.find(id)).toMatchObject({ plan: 'free', eventRequestsAMinute: null });
    await admin('workspace', 'suspend', id);
    expect((await admin('workspace', 'list')).out).toEqual([
      'WORKSPACE                             NAME  PLAN  STATUS     CREATED',
      `${id}  Acme  free  suspended  2030-01-01T00:00:00.000Z`,
    ]);
    await admin('workspace', 'resume', id);
    expect(await workspaces.find(id)).toMatchObject({ status: 'active' });
  });

  test('take a plan and an address from the start', async () => {
    const { admin, workspaces } = await open();
    const { out } = await admin(
      'workspace',
      'create',
      'A',
      '--plan',
      'plus',
      '--notify-email',
      'ops@example.com',
    );
    expect(await workspaces.find(out[0]!)).toMatchObject({ plan: 'plus', notifyEmail: 'ops@example.com' });
  });
});

describe('domains', () => {
  test('are added, listed, made ready and disabled', async () => {
    const { admin, workspaces, create } = await open();
    const id = await create();
    const added = await admin('domain', 'add', id, 'Go.Example.org');
    expect(await workspaces.findHost('go.example.org')).toBeUndefined();
    await admin('domain', 'ready', 'GO.example.org');
    expect((await admin('domain', 'list', '--workspace', id)).out.at(-1)).toBe(
      `go.example.org  ready   ${added.out[0]}  ${id}`,
    );
    await admin('domain', 'disable', 'go.example.org');
    expect(await workspaces.findHost('go.example.org')).toMatchObject({ status: 'disabled' });
    const domainId = added.out[0]!;
    // What the operator stopped, its workspace cannot start; what the operator starts, it may stop and start again.
    expect(await workspaces.updateDomain(id, domainId, { status: 'ready' })).toBe('stopped');
    await admin('domain', 'ready', 'go.example.org');
    await workspaces.updateDomain(id, domainId, { status: 'disabled' });
    expect(await workspaces.updateDomain(id, domainId, { status: 'ready' })).toMatchObject({
      status: 'ready',
    });
    await admin('domain', 'disable', 'go.example.org');
    await admin('domain', 'add', id, 'two.example.org', '--ready');
    expect((await admin('domain', 'list')).out).toHaveLength(3);
  });

  test.each(['10.0.0.1', 'https://go.example.org', 'localhost'])('%s is none', async (host) => {
    const { admin, create } = await open();
    const { code, err } = await admin('domain', 'add', await create(), host);
    expect(code).toBe(1);
    expect(err).toContain('a public host name such as links.example.com is required');
  });

  test('a host that is proven stays with its workspace', async () => {
    const { admin, create } = await open();
    await admin('domain', 'add', await create(), 'go.example.org', '--ready');
    const { code, err } = await admin('domain', 'add', await create(), 'go.example.org', '--ready');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'go.example.org is registered already; a host belongs to one domain.',
    });
  });

  test('of several claims of a host one is made ready by the name of its workspace', async () => {
    const { admin, create, workspaces } = await open();
    const [first, second] = [await create(), await create()];
    for (const id of [first, second]) await admin('domain', 'add', id, 'go.example.org');
    const unclear = await admin('domain', 'ready', 'go.example.org');
    expect(unclear.code).toBe(2);
    expect(unclear.err).toContain('Several workspaces claim go.example.org');
    for (const id of [first, second]) expect(unclear.err).toContain(id);
    await admin('domain', 'ready', 'go.example.org', '--workspace', second);
    expect(await workspaces.findHost('go.example.org')).toMatchObject({ workspaceId: second });
    expect((await admin('domain', 'ready', 'go.example.org', '--workspace', first)).code).toBe(1);
    expect((await admin('domain', 'disable', 'go.example.org')).code).toBe(0);
    expect(await workspaces.findHost('go.example.org')).toMatchObject({ status: 'disabled' });
  });

  test('are deleted, so that their hosts may be claimed again', async () => {
    const { admin, create, workspaces } = await open();
    const [first, second] = [await create(), await create()];
    await admin('domain', 'add', first, 'go.example.org', '--ready');
    expect((await admin('domain', 'delete', 'GO.example.org')).out).toEqual(['go.example.org is deleted.']);
    expect(await workspaces.findHost('go.example.org')).toBeUndefined();
    expect((await admin('domain', 'delete', 'go.example.org')).code).toBe(1);
    await admin('domain', 'add', second, 'go.example.org', '--ready');
    expect(await workspaces.findHost('go.example.org')).toMatchObject({ workspaceId: second });
  });

  test('with links are not deleted', async () => {
    const { admin, create, workspaces, tables } = await open();
    const workspaceId = await create();
    const [domainId] = (await admin('domain', 'add', workspaceId, 'go.example.org', '--ready')).out;
    await dynamodbLinkStore(openDatabase(), tables.links).create(
      aLink({ workspaceId, domainId: domainId!, urlId: firstUuidAt(Date.UTC(2030, 0, 1)) }),
    );
    const { code, err } = await admin('domain', 'delete', 'go.example.org');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'Links live on go.example.org; delete them first, or disable the domain',
    });
    expect(await workspaces.findHost('go.example.org')).toBeDefined();
  });

  test('a claim that has lapsed is not listed and cannot be made ready', async () => {
    const { admin, create, clock } = await open();
    await admin('domain', 'add', await create(), 'go.example.org');
    clock.nowMs += 30 * 86_400_000;
    expect((await admin('domain', 'list')).out).toHaveLength(1);
    expect((await admin('domain', 'ready', 'go.example.org')).err).toContain('There is no domain');
  });
});

describe('keys', () => {
  test('are printed once, listed without their secrets, and revoked', async () => {
    const { admin, create, principal } = await open();
    const id = await create();
    const key = (await admin('key', 'create', id, '--scopes', 'links:read, qr,qr')).out[0] as string;
    expect([...(await principal(key)).scopes]).toEqual(['links:read', 'qr']);
    const keyId = key.split('_')[1] as string;
    const listed = await admin('key', 'list', id);
    expect(listed.out.join('\n')).toContain(keyId);
    expect(listed.out.join('\n')).not.toContain(key.slice(-43));
    expect((await admin('key', 'revoke', keyId)).out).toEqual([
      `${keyId} is revoked since 2030-01-01T00:00:00.000Z.`,
    ]);
    await expect(principal(key)).rejects.toThrow('revoked');
  });

  test('may do all but stand in for a session unless narrowed', async () => {
    const { admin, create, principal } = await open();
    const { scopes } = await principal((await admin('key', 'create', await create())).out[0] as string);
    expect(scopes.has('exports:write')).toBe(true);
    expect(scopes.has('ulink:session')).toBe(false);
  });
});

describe('secrets', () => {
  test('a conversion secret is printed once and the one before stays valid', async () => {
    const { admin, create, tools } = await open();
    const id = await create();
    const first = (await admin('secret', 'rotate', '--workspace', id)).out[0];
    const second = (await admin('secret', 'rotate', '--workspace', id)).out[0];
    expect(await conversionSecrets(tools(), id)).toEqual([second, first]);
  });

  test('conversion secrets outlive any number of rotations of the deployment', async () => {
    const { admin, clock, create, tools } = await open();
    const id = await create();
    const [secret] = (await admin('secret', 'rotate', '--workspace', id)).out;
    for (let n = 0; n < 3; n += 1) {
      const { code, out } = await admin('secret', 'rotate');
      expect({ code, out }).toEqual({
        code: 0,
        out: [expect.stringContaining(`Version ${n + 2} signs from 2030-`)],
      });
      clock.nowMs += 8 * 86_400_000;
      expect(await conversionSecrets(tools(), id)).toEqual([secret]);
    }
  });

  test('two rotations within a week need --early', async () => {
    const { admin, clock } = await open();
    await admin('secret', 'rotate');
    clock.nowMs += 3_600_000;
    const { code, err } = await admin('secret', 'rotate');
    expect(code).toBe(1);
    expect(err).toContain('rotated too recently');
    expect((await admin('secret', 'rotate', '--early')).code).toBe(0);
  });
});
