import { csvEncoder, csvHeader } from '#shared/exports/files/csv.ts';
import { CATALOG_COLUMNS } from '#shared/exports/kinds/catalog-columns.ts';
import { firstUuidAt, newUuid } from '#shared/ids.ts';
import { CATALOG_COLUMN_NAMES } from '#shared/links/catalog/catalog-csv.ts';
import { type ImportRequest, importLinks } from '#shared/links/catalog/import-links.ts';
import { settleDestination } from '#shared/links/destinations/settle-destination.ts';
import type { Link } from '#shared/links/link.ts';
import { NO_UTM } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { openImport } from '#test/support/import.ts';
import { aLink } from '#test/support/links.ts';
import { memoryLinkStore } from '#test/support/memory/link-store.ts';
import { aPreset } from '#test/support/qr/presets.ts';

let place: Awaited<ReturnType<typeof openImport>>;

beforeEach(async () => {
  place = await openImport();
});

const send = (text: string, members: Partial<ImportRequest> = {}, into = place) =>
  importLinks(into.tools, {
    workspace: into.workspace,
    createdBy: 'key-1',
    csv: Buffer.from(text),
    ...members,
  });

/** Imports one row of named cells. */
const sendRow = async (cells: Record<string, string>, members: Partial<ImportRequest> = {}) => {
  const given = { destination_url: 'https://example.com/', ...cells };
  const quoted = Object.values(given).map((cell) => `"${cell.replaceAll('"', '""')}"`);
  const { results } = await send(`${Object.keys(given).join(',')}\n${quoted.join(',')}\n`, members);
  return results[0]!;
};

/** The catalog of links as an export writes it. */
function catalogOf(links: readonly Link[], atMs = Date.now()): string {
  const names = CATALOG_COLUMN_NAMES;
  const encode = csvEncoder(CATALOG_COLUMNS, names, { profile: 'excel', delimiter: ',' });
  const rows = links.map((link) => ({ link, totals: undefined, atMs, shortOrigin: 'https://{domain}' }));
  return csvHeader(names, ',') + encode(rows);
}

const ruleTo = (destinationUrl: string) =>
  JSON.stringify([{ name: 'a', actionType: 'destination_override', destinationUrl }]);

describe('a row is refused', () => {
  test.each<[string, Record<string, string>, string]>([
    ['without a destination', { destination_url: '', tags: 'a' }, 'destination_blocked'],
    ['with a forbidden one', { destination_url: 'javascript:alert(1)' }, 'destination_blocked'],
    [
      'with a short domain as destination',
      { destination_url: 'https://go.example.com/x' },
      'destination_blocked',
    ],
    ['with a reserved slug', { short_code: 'admin' }, 'slug_reserved'],
    ['with a slug that is none', { short_code: 'a b c' }, 'invalid_request'],
    ['with an unknown domain', { domain: 'other.example.com' }, 'not_found'],
    ['with an unknown status', { status: 'paused' }, 'invalid_request'],
    ['with an expiration that is none', { expires_at: 'soon' }, 'invalid_expires_at'],
    ['that expires in the year 10000', { expires_at: '9999-12-31T23:59:59-00:01' }, 'invalid_expires_at'],
    ['that expired before the year 1', { expires_at: '0001-01-01T00:00:00+00:01' }, 'invalid_expires_at'],
    ['that expired without saying when', { status: 'expired' }, 'invalid_expires_at'],
    [
      'that expired in the future',
      { status: 'expired', expires_at: '2100-01-01T00:00:00Z' },
      'invalid_expires_at',
    ],
    ['with another status code', { redirect_status_code: '307' }, 'invalid_request'],
    ['with parameters that are no JSON', { custom_query_params: '{a}' }, 'invalid_request'],
    ['with parameters that are a list', { custom_query_params: '["a"]' }, 'invalid_request'],
    ['with parameters that are numbers', { custom_query_params: '{"a":1}' }, 'invalid_request'],
    ['with a parameter named twice', { custom_query_params: '{"a":"1","a":"2"}' }, 'invalid_request'],
    ['with a prototype for a parameter', { custom_query_params: '{"__proto__":{}}' }, 'invalid_request'],
    ['with half a character in a parameter', { custom_query_params: '{"a":"\\ud83d"}' }, 'invalid_request'],
    [
      'with parameters too deep',
      { custom_query_params: `${'['.repeat(100)}${']'.repeat(100)}` },
      'invalid_request',
    ],
    ['with an empty tag', { tags: 'a,,b' }, 'invalid_request'],
    ['with a line end in its space', { space: 'a\nb' }, 'invalid_request'],
    ['with maybe for a password', { password_protected: 'maybe' }, 'invalid_request'],
    ['with maybe for a click id', { pass_click_id: 'maybe' }, 'invalid_request'],
    ['with maybe for a query', { forward_query: 'maybe' }, 'invalid_request'],
    ['with another type', { type: 'static' }, 'invalid_request'],
    ['with rules that are no list', { routing_rules: '{}' }, 'invalid_request'],
    ['with rules that are no JSON', { routing_rules: '[' }, 'invalid_request'],
    ['with a rule that is none', { routing_rules: '[{"name":"a","actionType":"x"}]' }, 'invalid_rules'],
    [
      'with a rule into a private network',
      { routing_rules: ruleTo('https://10.0.0.1/') },
      'destination_blocked',
    ],
    [
      'with a rule to a short domain',
      { routing_rules: ruleTo('https://go.example.com/') },
      'destination_blocked',
    ],
    ['with a QR state that is none', { qr: '{"colour":"red"}' }, 'invalid_request'],
    ['with a key twice in its QR state', { qr: '{"style":{"a":1,"a":2}}' }, 'invalid_request'],
    ['that was changed at no instant', { updated_at: 'yesterday' }, 'invalid_request'],
    ['that was changed in the future', { updated_at: '2100-01-01T00:00:00Z' }, 'invalid_request'],
    ['with too long a UTM field', { utm_source: 'x'.repeat(257) }, 'invalid_request'],
  ])('%s', async (_what, cells, code) => {
    expect(await sendRow(cells)).toMatchObject({ row: 1, ok: false, code, error: expect.any(String) });
    expect(await place.all()).toEqual([]);
  });

  test('whose slug is taken', async () => {
    await sendRow({ short_code: 'spring' });
    expect(await sendRow({ short_code: 'spring', space: 'other' })).toMatchObject({
      code: 'slug_unavailable',
    });
  });

  test('with rules that the plan does not include', async () => {
    const workspace = { ...place.workspace, plan: 'free' as const };
    const cells = { routing_rules: ruleTo('https://example.com/') };
    expect(await sendRow(cells, { workspace })).toMatchObject({ code: 'routing_rules_not_allowed' });
    expect(await sendRow({ routing_rules: '[]' }, { workspace })).toMatchObject({ ok: true });
  });

  test('with a rule that is wrong, which is named', async () => {
    expect(await sendRow({ routing_rules: '[{"name":"a","actionType":"x"}]' })).toMatchObject({
      error: expect.stringMatching(/^"routing_rules\[0\].actionType" is not valid \(row\)/),
    });
    expect(await sendRow({ routing_rules: ruleTo('https://10.0.0.1/') })).toMatchObject({
      error: expect.stringMatching(/"routing_rules\[0\].destinationUrl"/),
    });
  });

  test('with a QR style that cannot be had', async () => {
    const pale = '{"style":{"foreground":{"color":"#eeeeee"}}}';
    expect(await sendRow({ qr: pale })).toMatchObject({ code: 'invalid_style' });
    const field = '{"style":{"foreground":{"color":"red"}}}';
    expect(await sendRow({ qr: field })).toMatchObject({
      code: 'invalid_style',
      error: expect.stringMatching(/^"qr.style.foreground.color" is not valid \(row\)/),
    });
    expect(await place.all()).toEqual([]);
    expect(await sendRow({ qr: '' })).toMatchObject({ ok: true });
  });

  test('on a domain that takes no links', async () => {
    await place.addDomain('off.example.com', { status: 'disabled' });
    expect(await sendRow({ domain: 'off.example.com' })).toMatchObject({ code: 'domain_disabled' });
  });

  test('without the expiration that its domain needs', async () => {
    const policy = { allowHttp: false, expirationRequired: true, expirationChangesAllowed: true };
    await place.addDomain('brief.example.com', { policy });
    expect(await sendRow({ domain: 'brief.example.com' })).toMatchObject({ code: 'expiration_required' });
  });

  test('beyond the quota, and only then', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => `https://example.com/${n}`);
    const report = await send(`destination_url\n${rows.join('\n')}\n`, {
      workspace: { ...place.workspace, plan: 'free' },
    });
    expect(report).toMatchObject({ created: 50, failed: 10 });
    expect(report.results[50]).toMatchObject({ row: 51, ok: false, code: 'monthly_quota_exceeded' });
  });
});

describe('the file is refused', () => {
  test('with one row too many', async () => {
    const rows = (count: number) => `destination_url\n${'https://example.com/\n'.repeat(count)}`;
    await expect(send(rows(4), { maxRows: 3 })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await place.all()).toEqual([]);
    expect((await send(rows(3), { maxRows: 3 })).created).toBe(3);
  });

  test('with a domain of another workspace to stand in', async () => {
    const other = await openImport();
    const domainId = other.domain.domainId;
    await expect(send('destination_url\n', { domainId })).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('rows without a domain go to the first one that is ready, or to the one that is named', async () => {
  const { workspaces, workspace, domain } = place;
  const named = (await workspaces.domains(workspace.workspaceId)).at(-1)!;
  await sendRow({});
  await sendRow({ domain: 'nowhere.example.com' }, { domainId: named.domainId });
  await workspaces.updateDomain(workspace.workspaceId, domain.domainId, { status: 'disabled' });
  await sendRow({ space: 'x' });
  expect((await place.all()).map((link) => link.domain)).toEqual([
    'links.example.com',
    'go.example.com',
    'go.example.com',
  ]);
});

test('a wrong row stops no other, and each says what became of it', async () => {
  const report = await send(
    'destination_url,short_code\nhttps://example.com/1,one\nftp://example.com/,two\nhttps://example.com/3\nhttps://example.com/4,\n',
  );
  const links = await place.all();
  expect(report).toEqual({
    created: 2,
    updated: 0,
    failed: 2,
    results: [
      { row: 1, ok: true, url_id: links[0]!.urlId },
      { row: 2, ok: false, code: 'destination_blocked', error: expect.stringMatching(/destination_url/) },
      { row: 3, ok: false, code: 'invalid_request', error: expect.stringMatching(/1 cells/) },
      { row: 4, ok: true, url_id: links[1]!.urlId },
    ],
  });
  expect(links[0]).toMatchObject({ shortCode: 'one', createdBy: 'key-1' });
});

test('UTM fields come out of the destination only where the file has no column for them', async () => {
  const destination_url = 'https://example.com/?utm_source=a&utm_medium=b';
  await sendRow({ destination_url, utm_source: '' });
  expect((await place.all())[0]!).toMatchObject({
    destinationUrl: 'https://example.com/?utm_medium=b',
    utm: { ...NO_UTM, medium: 'b' },
  });
});

describe('a password does not travel', () => {
  test('so a protected link comes disabled, with a note', async () => {
    const result = await sendRow({ password_protected: 'true', status: 'active' });
    expect(result).toMatchObject({ ok: true, note: expect.stringMatching(/password/) });
    expect((await place.all())[0]).toMatchObject({ status: 'disabled', passwordHash: null });
  });
});

test('a QR preset of another workspace stays behind, with a note', async () => {
  const foreign = aPreset({ workspaceId: newUuid() });
  await place.presets.create(foreign, 1);
  const qr = { preset_id: foreign.presetId, style: { quiet_zone: 6 } };
  const result = await sendRow({ qr: JSON.stringify(qr) });
  expect(result).toMatchObject({ ok: true, note: expect.stringMatching(/preset/) });
  expect((await place.all())[0]!.qr).toEqual({ presetId: null, style: { quiet_zone: 6 } });
});

test('a logo of another workspace stays behind, with a note; the rest of the style does not', async () => {
  const style = { quiet_zone: 6, logo: { logo_id: newUuid() } };
  const result = await sendRow({ qr: JSON.stringify({ preset_id: newUuid(), style }) });
  expect(result).toMatchObject({ ok: true, note: expect.stringMatching(/logo.*; its QR preset/) });
  expect((await place.all())[0]!.qr).toEqual({ presetId: null, style: { quiet_zone: 6 } });
});

test('a logo of the workspace comes along', async () => {
  const logo_id = newUuid();
  await place.logos.put(place.workspace.workspaceId, logo_id, { png: Buffer.alloc(1), width: 1, height: 1 });
  const style = { logo: { logo_id } };
  const result = await sendRow({ qr: JSON.stringify({ style }) });
  expect(result).toEqual({ row: 1, ok: true, url_id: expect.any(String) });
  expect((await place.all())[0]!.qr).toEqual({ presetId: null, style });
});

test('a QR preset of the workspace comes along, and what is to be said of the style is a note', async () => {
  const preset = aPreset({ workspaceId: place.workspace.workspaceId });
  await place.presets.create(preset, 1);
  const qr = JSON.stringify({ preset_id: preset.presetId, style: { quiet_zone: 2 } });
  expect(await sendRow({ qr })).toMatchObject({ ok: true, note: expect.stringMatching(/quiet zone is 2/) });
  expect((await place.all())[0]!.qr).toEqual({ presetId: preset.presetId, style: { quiet_zone: 2 } });
});

describe("the workspace's own catalog", () => {
  const HOUR_MS = 3_600_000;
  const own = (members: Partial<Link> = {}) =>
    aLink({ workspaceId: place.workspace.workspaceId, domainId: place.domain.domainId, ...members });
  const put = async (link: Link) => {
    await place.links.create(link);
    return link;
  };

  test('comes back, and each link is there already, unchanged', async () => {
    const off = await place.addDomain('off.example.com', { status: 'disabled' });
    const links = [
      await put(own({ shortCode: 'plain', title: 'no column of it' })),
      await put(
        own({
          shortCode: 'full',
          ...settleDestination({
            destinationUrl: 'https://example.com/?utm_source=a+b&c=%7E',
            utm: { term: '=x' },
            customQueryParams: { b: '1', a: '2' },
          }),
          space: 'S',
          tags: ['b', 'a'],
          redirectStatusCode: 301,
          expiresAtMs: 4_133_980_799_000,
        }),
      ),
      await put(own({ shortCode: 'past', status: 'disabled', expiresAtMs: 1_000 })),
      await put(own({ shortCode: 'secret', passwordHash: '$argon2id$…' })),
      await put(own({ shortCode: 'off', domainId: off.domainId, domain: off.domain })),
    ];
    // No place is left in the quota, and none is needed.
    const workspace = { ...place.workspace, plan: 'free' as const };
    await send(
      `destination_url\n${Array.from({ length: 50 }, (_, n) => `https://example.com/${n}`).join('\n')}`,
      { workspace },
    );
    const before = await place.all();
    const report = await send(catalogOf(links), { workspace });
    expect(report).toMatchObject({ created: 0, failed: 0 });
    expect(report.results).toEqual(
      links.map(({ urlId }, n) => ({
        row: n + 1,
        ok: true,
        url_id: urlId,
        note: 'the link is there already, unchanged',
      })),
    );
    expect(await place.all()).toEqual(before);
  });

  test.each<[string, Partial<Link>]>([
    ['destination_url', { destinationUrl: 'https://example.com/other' }],
    ['utm_term', { utm: { ...NO_UTM, term: 'x' } }],
    ['custom_query_params', { customQueryParams: { a: '1' } }],
    ['space, tags', { space: 'Sales', tags: ['a'] }],
    ['status', { status: 'disabled' }],
    ['expires_at', { expiresAtMs: 4_133_980_799_000 }],
    ['password_protected', { passwordHash: '$argon2id$…' }],
    ['redirect_status_code', { redirectStatusCode: 301 }],
  ])('says where a link has another %s now, and changes nothing', async (columns, changes) => {
    const link = await put(own({ shortCode: 'spring' }));
    const file = catalogOf([link]);
    await place.links.replace(link, { ...link, ...changes, version: 2 });
    const { results } = await send(file);
    expect(results).toEqual([
      {
        row: 1,
        ok: false,
        code: 'slug_unavailable',
        error: expect.stringContaining(
          `${link.urlId}, which has another ${columns}; an import changes no link`,
        ),
      },
    ]);
    expect(await place.all()).toEqual([{ ...link, ...changes, version: 2 }]);
  });

  test('tells a link that expired since its export from one that was changed', async () => {
    const expiresAtMs = Date.now() + HOUR_MS;
    const link = await put(own({ shortCode: 'brief', expiresAtMs }));
    const file = catalogOf([link]);
    place.tools.now = () => Date.now() + 2 * HOUR_MS;
    expect((await send(file)).results).toMatchObject([{ ok: true, url_id: link.urlId }]);
  });

  test('a day after it was imported, says the same of links that lost their password on the way', async () => {
    const link = aLink({ shortCode: 'secret', passwordHash: '$argon2id$…' });
    expect(await send(catalogOf([link]))).toMatchObject({ created: 1 });
    place.tools.now = () => Date.now() + 25 * HOUR_MS;
    place.tools.newId = () => firstUuidAt(place.tools.now());
    expect((await send(catalogOf([link]))).results).toMatchObject([
      { ok: true, note: expect.stringMatching(/unchanged/) },
    ]);
  });
});

describe('imported again', () => {
  const FILE =
    'destination_url,short_code\nhttps://example.com/1,one\nhttps://example.com/2,\nhttps://example.com/2,\n';

  test('a file makes nothing, and gives the same links', async () => {
    const first = await send(FILE);
    const again = await send(FILE);
    expect(first).toMatchObject({ created: 3, failed: 0 });
    expect(again).toMatchObject({ created: 0, failed: 0 });
    expect(again.results).toEqual(
      first.results.map((result) => ({ ...result, note: expect.stringMatching(/already/) })),
    );
    expect(await place.all()).toHaveLength(3);
  });

  test('a longer file in another order makes only what is new', async () => {
    await send(FILE);
    const longer = `short_code,destination_url\n,https://example.com/3\n${'one,https://example.com/1\n'}${',https://example.com/2\n'.repeat(3)}`;
    expect(await send(longer)).toMatchObject({ created: 2, failed: 0 });
    expect(await place.all()).toHaveLength(5);
  });

  test('a row whose link was deleted makes it anew, once', async () => {
    const file = 'destination_url\nhttps://example.com/\n';
    await send(file);
    for (let round = 0; round < 2; round += 1) {
      const [link] = await place.all();
      await place.links.remove(link!, Date.now());
      expect(await send(file)).toMatchObject({ created: 1 });
      expect(await send(file)).toMatchObject({ created: 0 });
      expect(await place.all()).toHaveLength(1);
    }
  });

  test('a later export of the same catalog makes nothing, though clicks and statuses were counted on', async () => {
    const link = aLink({ shortCode: 'spring', domain: 'links.example.com' });
    await send(catalogOf([link]));
    const later = catalogOf([{ ...link, urlId: aLink().urlId, createdAtMs: 5 }]);
    expect(await send(later)).toMatchObject({ created: 0, failed: 0 });
  });
});

test('a crash at any batch, whether or not it was written, loses and doubles nothing', async () => {
  const rows = Array.from(
    { length: 100 },
    (_, n) => `https://example.com/${n % 60},${n < 10 ? `slug-${n}` : ''}`,
  );
  const file = `destination_url,short_code\n${rows.join('\n')}\n`;
  for (const crashesAt of [1, 2, 4]) {
    for (const after of [false, true]) {
      const links = memoryLinkStore();
      let batches = 0;
      const crashing: LinkStore = {
        ...links,
        createMany: async (creations, quota) => {
          batches += 1;
          if (batches === crashesAt && !after) throw new Error('crash');
          const outcomes = await links.createMany(creations, quota);
          if (batches === crashesAt) throw new Error('crash');
          return outcomes;
        },
      };
      const into = await openImport({ links: crashing });
      await expect(send(file, {}, into)).rejects.toThrow('crash');
      const report = await send(file, {}, into);
      expect(report.failed).toBe(0);
      expect(new Set(report.results.map((result) => 'url_id' in result && result.url_id)).size).toBe(100);
      expect(await into.all()).toHaveLength(100);
    }
  }
});

test('an exported catalog gives the same catalog but for ids, clicks and creation times', async () => {
  const base = { domain: 'links.example.com' };
  const links = [
    aLink({ ...base, shortCode: 'plain' }),
    aLink({ ...base, shortCode: '-dashed', domain: 'go.example.com' }),
    aLink({
      ...base,
      shortCode: 'full',
      ...settleDestination({
        destinationUrl: 'https://example.com/?q="a",b&utm_source=in-url&utm_campaign=&utm_id=%7E',
        utm: { source: '=cmd()', medium: '+spaced', term: '-5', content: "it's" },
        customQueryParams: { ref: 'a,"b"', '=x': '@y' },
      }),
      space: '@Marketing, EU',
      tags: ['+new', 'ünï', "'=quoted"],
      redirectStatusCode: 301,
      expiresAtMs: 4_133_980_799_000,
    }),
    aLink({
      ...base,
      shortCode: 'odd',
      ...settleDestination({
        destinationUrl: `https://example.com/?utm_source=%20x+&utm_term=a%00b&utm_medium=${'m'.repeat(300)}&utm_source=&a`,
      }),
    }),
    aLink({ ...base, shortCode: 'off', status: 'disabled' }),
    aLink({ ...base, shortCode: 'past', expiresAtMs: 1_000 }),
  ];
  const report = await send(`\ufeff${catalogOf(links)}`);
  expect(report).toMatchObject({ created: 6, failed: 0 });
  const comparable = (text: string) =>
    text.split('\r\n').map((line) => line.replace(/^[0-9a-f-]{36},/, '').replace(/,\d+,[\dT:.Z-]+$/, ''));
  expect(comparable(catalogOf(await place.all()))).toEqual(comparable(catalogOf(links)));
});

test('links sort as the rows of their file, whatever is looked up in between', async () => {
  const { findHost } = place.workspaces;
  let lookUps = 0;
  place.workspaces.findHost = async (host) => {
    lookUps += 1;
    // The earlier ones take longer.
    for (let turn = lookUps; turn < 60; turn += 1) await Promise.resolve();
    return findHost(host);
  };
  const rows = Array.from({ length: 30 }, (_, n) => `https://host${n}.example.com/,row-${n}`);
  await send(`destination_url,short_code\n${rows.join('\n')}`);
  expect((await place.all()).map(({ shortCode }) => shortCode)).toEqual(rows.map((row) => row.split(',')[1]));
});

test('a file of a thousand rows is written in forty transactions', async () => {
  let batches = 0;
  const links = memoryLinkStore();
  const counting: LinkStore = {
    ...links,
    createMany: (creations, quota) => {
      batches += 1;
      return links.createMany(creations, quota);
    },
  };
  const into = await openImport({ links: counting });
  const progress: number[] = [];
  const rows = Array.from({ length: 1_000 }, (_, n) => `https://example.com/${n}`);
  const onProgress = (count: number) => progress.push(count);
  expect(await send(`destination_url\n${rows.join('\n')}`, { onProgress }, into)).toMatchObject({
    created: 1_000,
  });
  expect(batches).toBe(40);
  expect(progress.at(-1)).toBe(1_000);
});
