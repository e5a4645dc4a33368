import { clickItem } from '#shared/clicks/click-item.ts';
import { csvEncoder } from '#shared/exports/files/csv.ts';
import { ndjsonEncoder } from '#shared/exports/files/ndjson.ts';
import { textRows } from '#shared/exports/files/text-rows.ts';
import { analyticsSchema } from '#shared/exports/kinds/analytics.ts';
import { ANALYTICS_COLUMNS } from '#shared/exports/kinds/analytics-columns.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExports, SIZES, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const APRIL_12 = Date.UTC(2026, 3, 12);
const spring = aLink({ workspaceId: WORKSPACE, space: 'Marketing', tags: ['spring'] });
const autumn = aLink({ workspaceId: WORKSPACE, space: 'Sales', tags: ['autumn'] });
const week = { date_from: '2026-04-10', date_to: '2026-04-14', columns: ['short_code'] };

const clicks = [
  aClick({ workspaceId: WORKSPACE, atMs: APRIL_12, urlId: spring.urlId, shortCode: 'person' }),
  aClick({ workspaceId: WORKSPACE, atMs: APRIL_12 + 1, urlId: spring.urlId, shortCode: 'bot', bot: true }),
  aClick({
    workspaceId: WORKSPACE,
    atMs: APRIL_12 + 2,
    urlId: autumn.urlId,
    shortCode: 'scan',
    touchType: 'qr_scan',
  }),
  aClick({
    workspaceId: WORKSPACE,
    atMs: APRIL_12 + 3,
    urlId: autumn.urlId,
    shortCode: 'elsewhere',
    domain: 'go.example',
  }),
  // Made by a link that has since moved from one space to another: the row keeps what was.
  aClick({
    workspaceId: WORKSPACE,
    atMs: APRIL_12 + 4,
    urlId: autumn.urlId,
    shortCode: 'moved',
    space: 'Marketing',
  }),
];

const codesOf = async (filters: object) => {
  const { run } = openExports({ clicks, links: [spring, autumn] }, { sizes: SIZES });
  const { bytes } = await run('analytics', { ...week, ...filters });
  return bytes.toString().trim().split('\r\n').slice(1);
};

test.each<[object, string[]]>([
  [{}, ['person', 'bot', 'scan', 'elsewhere', 'moved']],
  [{ include_bots: false }, ['person', 'scan', 'elsewhere', 'moved']],
  [{ touch_type: 'qr_scan' }, ['scan']],
  [{ touch_type: 'short_link_click', include_bots: false }, ['person', 'elsewhere', 'moved']],
  [{ domains: ['GO.example'] }, ['elsewhere']],
  [{ url_ids: [spring.urlId.toUpperCase()] }, ['person', 'bot']],
  [{ spaces: ['Sales'] }, ['scan', 'elsewhere', 'moved']],
  [{ spaces: ['Marketing'] }, ['person', 'bot']],
  [{ tags: ['spring', 'summer'] }, ['person', 'bot']],
  [{ spaces: ['Sales'], tags: ['spring'] }, []],
  [{ url_ids: [spring.urlId, autumn.urlId], spaces: ['Sales'] }, ['scan', 'elsewhere', 'moved']],
])('with %j has just those clicks', async (filters, codes) => {
  expect(await codesOf(filters)).toEqual(codes);
});

test('of long lists of ids has just their clicks', async () => {
  const others = Array.from({ length: 700 }, () => aLink().urlId);
  expect(await codesOf({ url_ids: [...others, spring.urlId] })).toEqual(['person', 'bot']);
});

test('of two ranges that follow each other has what one range over both has', async () => {
  const { run } = openExports({ clicks });
  const timezone = 'America/New_York';
  const bytesOf = async (date_from: string, date_to: string) =>
    (await run('analytics', { ...week, date_from, date_to, timezone, csv_profile: 'raw' })).bytes
      .toString()
      .replace('short_code\r\n', '');
  const parts = (await bytesOf('2026-04-10', '2026-04-11')) + (await bytesOf('2026-04-12', '2026-04-14'));
  expect(parts).toBe(await bytesOf('2026-04-10', '2026-04-14'));
});

test('leaves out what was recorded after the snapshot, however early it was made', async () => {
  const nowMs = APRIL_12 + 3_600_000;
  const late = {
    ...aClick({ workspaceId: WORKSPACE, atMs: APRIL_12, shortCode: 'late' }),
    recordedAtMs: nowMs - 3_000,
    late: true,
  };
  const { run } = openExports({ clicks: [...clicks, late] }, { nowMs, sizes: SIZES });
  const { bytes } = await run('analytics', week);
  expect(bytes.toString()).not.toContain('late');
  expect(bytes.toString()).toContain('person');
});

test('a row that cannot be read costs no other, and is counted', () => {
  const good = clickItem(clicks[0]!, APRIL_12, false, 1);
  const encode = csvEncoder(ANALYTICS_COLUMNS, ['clicked_at', 'short_code'], {
    profile: 'excel',
    delimiter: ',',
  });
  const written = textRows(encode)([good, { ...good, sk: { N: '1' } }, good]);
  const content = '2026-04-12T00:00:00.000Z,person\r\n'.repeat(2);
  expect(written).toEqual({ content, rows: 2, skippedRows: 1 });
});

test('NDJSON has null for what is not known and true words for flags', () => {
  const click = clickItem(aClick({ atMs: APRIL_12 + 7, city: null, bot: true }), APRIL_12, false, 1);
  const encode = ndjsonEncoder(ANALYTICS_COLUMNS, ['clicked_at', 'city', 'bot_flag', 'country']);
  expect(JSON.parse(encode([click]))).toEqual({
    clicked_at: '2026-04-12T00:00:00.007Z',
    city: null,
    bot_flag: true,
    country: 'DE',
  });
});

test('has the columns of the contract in their order', () => {
  expect(analyticsSchema.parse({ date_from: '2026-04-01', date_to: '2026-04-01' }).columns).toEqual([
    'clicked_at',
    'url_id',
    'short_code',
    'domain',
    'touch_type',
    'country',
    'region',
    'city',
    'device_category',
    'browser_family',
    'os_family',
    'referrer_host',
    'social_source',
    'bot_flag',
    'utm_source',
    'utm_medium',
    'utm_campaign',
    'utm_term',
    'utm_content',
    'variant_key',
  ]);
});
