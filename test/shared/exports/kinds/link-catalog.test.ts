import Papa from 'papaparse';
import { catalogSchema } from '#shared/exports/kinds/link-catalog.ts';
import { firstUuidAt } from '#shared/ids.ts';
import { noTotals } from '#shared/roll-ups/totals.ts';
import { openExports, SIZES, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const APRIL_10 = Date.UTC(2026, 3, 10);
const linkAt = (ms: number, members: object) =>
  aLink({ workspaceId: WORKSPACE, urlId: firstUuidAt(ms), ...members });

const links = [
  linkAt(APRIL_10, { shortCode: 'one', space: 'Marketing', tags: ['a', 'b'], title: 'Spring Sale' }),
  linkAt(APRIL_10 + 1_000, { shortCode: 'two', status: 'disabled', domain: 'go.example.com' }),
  linkAt(APRIL_10 + 2_000, { shortCode: 'three', status: 'disabled', expiresAtMs: APRIL_10 + 3_000 }),
  linkAt(APRIL_10 + 86_400_000, {
    shortCode: 'four',
    destinationUrl: 'https://example.com/SPRING',
    tags: ['b'],
  }),
];

const rowsOf = async (body: object) => {
  const totals = [{ ...noTotals(links[1]!.urlId), clicks: 42 }];
  const { run } = openExports({ links, totals }, { sizes: SIZES });
  const { bytes } = await run('link_catalog', body);
  return Papa.parse<Record<string, string>>(bytes.toString(), { header: true, skipEmptyLines: true }).data;
};

test('an instant of more decimals than a job should keep is refused', () => {
  const of = (decimals: number) =>
    catalogSchema.safeParse({ created_after: `2026-04-10T00:00:00.${'1'.repeat(decimals)}Z` });
  expect(of(9).success).toBe(true);
  expect(of(300_000).success).toBe(false);
});

test.each<[object, string[]]>([
  [{}, ['one', 'two', 'three', 'four']],
  [{ sort: '-created_at' }, ['four', 'three', 'two', 'one']],
  [{ space: 'Marketing' }, ['one']],
  [{ tag: 'b' }, ['one', 'four']],
  [{ domain: 'GO.example.com' }, ['two']],
  [{ status: 'active' }, ['one', 'four']],
  [{ status: 'disabled' }, ['two']],
  [{ status: 'expired' }, ['three']],
  [{ q: 'spring' }, ['one', 'four']],
  [{ q: 'TWO' }, ['two']],
  [{ created_after: '2026-04-10T00:00:01.000Z' }, ['two', 'three', 'four']],
  [{ created_before: '2026-04-10T00:00:01.000Z' }, ['one']],
  [{ created_before: '2026-04-10T02:00:01.000+02:00' }, ['one']],
  [{ created_after: '2026-04-10', created_before: '2026-04-10' }, ['one', 'two', 'three']],
  [{ space: ['Marketing', 'Sales'] }, ['one']],
  [{ tag: ['a', 'b'] }, ['one', 'four']],
  [{ domain: ['GO.example.com', 'links.example.com', 'none.example'] }, ['one', 'two', 'three', 'four']],
  [{ status: ['disabled', 'expired'] }, ['two', 'three']],
  [{ status: ['active', 'active'], tag: ['b', 'c'], space: ['Marketing'] }, ['one']],
  [{ created_after: '2026-04-11' }, ['four']],
  [{ created_after: '0001-01-01', created_before: '9999-12-31T23:59:59Z' }, ['one', 'two', 'three', 'four']],
  [{ created_after: '9999-12-31' }, []],
  [{ created_before: '0001-01-01' }, []],
])('with %j has just those links', async (filters, codes) => {
  expect((await rowsOf(filters)).map((row) => row.short_code)).toEqual(codes);
});

test('describes a link in full', async () => {
  const link = linkAt(APRIL_10, {
    shortCode: 'full',
    title: 'not a column',
    utm: { source: 'news', medium: 'mail', campaign: '=cmd', term: null, content: null },
    customQueryParams: { ref: 'a,b' },
    space: 'Sales',
    tags: ['x', 'y'],
    passwordHash: '$argon2id$…',
    redirectStatusCode: 301,
    expiresAtMs: Date.UTC(2027, 0, 1),
  });
  const { run } = openExports({ links: [link] });
  const { bytes } = await run('link_catalog', {});
  const [row] = Papa.parse<Record<string, string>>(bytes.toString(), { header: true }).data;
  expect(row).toEqual({
    url_id: link.urlId,
    short_code: 'full',
    short_url: 'https://links.example.com/full',
    domain: 'links.example.com',
    destination_url: 'https://example.com/landing',
    utm_source: 'news',
    utm_medium: 'mail',
    utm_campaign: "'=cmd",
    utm_term: '',
    utm_content: '',
    custom_query_params: '{"ref":"a,b"}',
    space: 'Sales',
    tags: 'x,y',
    status: 'active',
    expires_at: '2027-01-01T00:00:00.000Z',
    password_protected: 'true',
    redirect_status_code: '301',
    clicks: '0',
    created_at: '2026-04-10T00:00:00.000Z',
  });
});

test('joins clicks to their links', async () => {
  expect((await rowsOf({})).map((row) => row.clicks)).toEqual(['0', '42', '0', '0']);
  expect((await rowsOf({ sort: '-created_at' })).map((row) => row.clicks)).toEqual(['0', '0', '42', '0']);
});

test('refuses unknown filters and columns', () => {
  expect(catalogSchema.safeParse({ color: 'red' }).success).toBe(false);
  expect(catalogSchema.safeParse({ columns: ['password_hash'] }).success).toBe(false);
  expect(catalogSchema.safeParse({ created_after: '2026-04-10T00:00:00' }).success).toBe(false);
});
