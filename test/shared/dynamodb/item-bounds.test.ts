/**
 * The largest item of each type that the schemas let through, in every part as long as it may be and in characters of
 * four bytes where they are allowed. A new type of item belongs here.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import { clickItem } from '#shared/clicks/click-item.ts';
import { dayKey, KEPT_UNTIL, lateKey, totalsKey } from '#shared/clicks/click-keys.ts';
import { parseClick } from '#shared/clicks/parse-click.ts';
import { itemBytes, MAX_ITEM_BYTES, type WireItem } from '#shared/dynamodb/item-bytes.ts';
import {
  type ExportFile,
  type ExportJob,
  type Segment,
  type Slots,
  UNTOUCHED,
  type Upload,
} from '#shared/exports/jobs/job.ts';
import { keyOf } from '#shared/exports/jobs/job-rows.ts';
import { splitSpec } from '#shared/exports/jobs/long-lists.ts';
import { MAX_CHOSEN, MAX_FILES, MAX_PARTS, SIZES } from '#shared/exports/jobs/timings.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { newUuid } from '#shared/ids.ts';
import { customQueryParams, qr, space, tags, title } from '#shared/links/link-fields.ts';
import { linkItem, replayItem, rulesItem, slugItem, tombstoneItem } from '#shared/links/link-item.ts';
import { parseRules } from '#shared/links/rules/parse-rules.ts';
import { styleLayer } from '#shared/qr/style/style-layer.ts';
import { countsOf, LAST_CLICKED, linkCountsOf } from '#shared/roll-ups/cell.ts';
import { COUNTED_NAMES, OTHER } from '#shared/roll-ups/counted-names.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { aLink } from '#test/support/links.ts';

const NOW_MS = Date.UTC(2026, 3, 20);
const emoji = (characters: number) => '😀'.repeat(characters);
const wire = (item: object): WireItem => marshall(item, { removeUndefinedValues: true }) as WireItem;

// ---- Links ----

// Parameters and UTM fields are parts of the destination, which has 2,048 characters once encoded.
const params = customQueryParams.parse(Object.fromEntries(numbered(4, (n) => [`p${n}`, 'x'.repeat(500)])));

/** Rules of nearly 64 kB, of the members whose stored form is the largest for their JSON. */
const rules = parseRules(
  numbered(44, (n) => ({
    name: `rule ${n}`,
    actionType: 'destination_override',
    destinationUrl: 'https://e.example/',
    conditions: {
      countryIn: numbered(170, () => 'DE'),
      timeWindows: numbered(5, () => ({ timezone: 'UTC', days: ['mon'], start: '00:00', end: '01:00' })),
    },
  })),
);

const link = aLink({
  domain: `${'d'.repeat(249)}.com`,
  shortCode: 's'.repeat(64),
  destinationUrl: `https://e.example/${'好'.repeat(2_030)}`,
  title: title.parse(emoji(255)),
  space: space.parse(emoji(100)),
  tags: tags.parse(numbered(50, (n) => `${String(n).padStart(2, '0')}${emoji(62)}`)),
  utm: {
    source: emoji(256),
    medium: emoji(256),
    campaign: emoji(256),
    term: emoji(256),
    content: emoji(256),
  },
  customQueryParams: params,
  passwordHash: '$'.repeat(200),
  routingRules: rules,
  qr: { presetId: newUuid(), style: qr.parse({ style: { text: 'x'.repeat(4_000) } }).style! },
  createdBy: 'k'.repeat(40),
});
const inlineRules = { ...link, routingRules: rules.slice(0, 2) };

// ---- Clicks and roll-ups ----

const click = parseClick(
  JSON.stringify({
    ...Object.fromEntries(
      Object.entries(aClick()).map(([name, value]) => [name, value === null ? '' : value]),
    ),
    ...Object.fromEntries(
      [
        'countryName',
        'regionName',
        'city',
        'deviceBrand',
        'deviceModel',
        'browserFamily',
        'osFamily',
        'referrer',
        'referrerHost',
        'socialSource',
        'utmSource',
        'utmMedium',
        'utmCampaign',
        'utmTerm',
        'utmContent',
        'variantKey',
        'space',
        'visitorHash',
      ].map((name) => [name, emoji(1_000)]),
    ),
    deviceCategory: 'mobile',
    tags: numbered(50, () => emoji(64)),
    shortCode: 's'.repeat(64),
    domain: 'd'.repeat(253),
  }),
);
const counted = (names: readonly string[], member: string) =>
  [...names, OTHER].flatMap((name) =>
    Object.keys(
      linkCountsOf({
        ...click,
        countryCode: null,
        deviceCategory: null,
        osFamily: null,
        browserFamily: null,
        [member]: name,
      }),
    ),
  );
const counters = new Set([
  ...Object.keys(countsOf({ bot: true, touchType: 'qr_scan' })),
  ...counted(COUNTED_NAMES.device, 'deviceCategory'),
  ...counted(COUNTED_NAMES.os, 'osFamily'),
  ...counted(COUNTED_NAMES.browser, 'browserFamily'),
  ...counted(COUNTED_NAMES.country, 'countryCode'),
  ...['i', 'ru', 'ac', LAST_CLICKED, KEPT_UNTIL],
]);
const cell = Object.fromEntries([...counters].map((name) => [name, 123_456_789_012_345]));

// ---- Exports ----

const jobId = newUuid();
const upload: Upload = {
  key: `files/${'k'.repeat(300)}`,
  uploadId: 'u'.repeat(300),
  parts: numbered(MAX_PARTS, (n) => ({
    number: n + 1,
    etag: `"${'e'.repeat(32)}-10000"`,
    bytes: 5_368_709_120,
  })),
};
const exportFile = (n: number): ExportFile => ({
  key: `exports/${'k'.repeat(100)}`,
  bytes: 1e12,
  crc32: 4e9,
  name: `${n}${'n'.repeat(100)}`,
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  rows: 1e12,
  sha256: null,
});
const specs = {
  analytics: exportKind('analytics').schema.parse({
    date_from: '2026-04-01',
    date_to: '2026-04-02',
    timezone: 'America/Argentina/Buenos_Aires',
    spaces: numbered(1_000, (n) => `${n} ${emoji(200)}`),
    tags: numbered(1_000, (n) => `${n} ${emoji(200)}`),
    domains: numbered(1_000, (n) => `${n} ${emoji(200)}`),
    url_ids: numbered(10_000, () => newUuid()),
  }),
  // Lists of which each is just not too long for the spec.
  inline: exportKind('analytics').schema.parse({
    date_from: '2026-04-01',
    date_to: '2026-04-02',
    ...Object.fromEntries(
      ['spaces', 'tags', 'domains'].map((list) => [list, numbered(4, (n) => `${n}${emoji(250)}`)]),
    ),
    url_ids: numbered(100, () => newUuid()),
  }),
  catalog: exportKind('link_catalog').schema.parse({
    q: emoji(256),
    created_after: `2026-04-01T00:00:00.${'1'.repeat(19)}Z`,
    created_before: `2026-04-01T00:00:00.${'1'.repeat(19)}Z`,
  }),
} as Record<string, Record<string, unknown>>;
const jobOf = (spec: Record<string, unknown>): ExportJob => ({
  ...UNTOUCHED,
  jobId,
  workspaceId: newUuid(),
  kind: 'analytics',
  spec: splitSpec(jobId, spec).stored,
  specHash: 'h'.repeat(64),
  idRuns: 20,
  listRuns: 20,
  requestedBy: { keyId: 'k'.repeat(40), email: 'e'.repeat(254) },
  snapshotMs: NOW_MS,
  createdAtMs: NOW_MS,
  worker: 'w'.repeat(200),
  frozenLinks: { inline: new Uint8Array(500 * 16) },
  assembly: {
    made: numbered(MAX_FILES, (n) => exportFile(n)),
    closing: { key: 'k'.repeat(300), bytes: 1e12, crc32: 4e9 },
    upload,
  },
  layout: numbered(MAX_FILES, () => 1_000),
  failure: { code: 'internal_error', message: emoji(500), hint: emoji(100) },
});
/** While its links are chosen nothing of it is made. */
const choosing: ExportJob = {
  ...jobOf(specs.inline!),
  assembly: null,
  layout: [],
  choosing: {
    cursor: newUuid(),
    pieces: numbered(MAX_CHOSEN / SIZES.pieceIds, () => ({ key: 'k'.repeat(130), count: 100_000 })),
  },
};
const segment: Segment = {
  ...{ record: 'segment', version: 1, jobId, workspaceId: newUuid(), n: 1_999, planFence: 9, state: 'open' },
  ...{
    range: { fromMs: NOW_MS, toMs: NOW_MS },
    fence: 9,
    leaseUntilMs: NOW_MS,
    claims: 9,
    worker: 'w'.repeat(200),
  },
  ...{
    dueAtMs: NOW_MS,
    rings: 9,
    cursor: newUuid(),
    exhausted: true,
    upload,
    restarts: 3,
    sha256: 's'.repeat(64),
  },
  index: { inline: new Uint8Array(1_024) },
  ...{ tail: { key: 'k'.repeat(300), bytes: 8e6 }, rows: 1e12, skippedRows: 1e12, bytes: 1e12, crc32: 4e9 },
} as Segment;
const { runningExports, waitingExports } = PLANS.enterprise;
const entry = () => ({ jobId: newUuid(), specHash: 'h'.repeat(64) });
const slots: Slots = {
  ...{ record: 'slots', version: 1, workspaceId: newUuid(), runningCap: runningExports },
  running: numbered(runningExports, entry),
  waiting: numbered(waitingExports, entry),
} as Slots;
const row = (record: Parameters<typeof keyOf>[0]) =>
  wire({
    ...keyOf(record),
    version: 1,
    token: newUuid(),
    ttl: NOW_MS,
    due_shard: '1',
    due_at: NOW_MS,
    data: record,
  });
const { idRuns, listRuns } = splitSpec(jobId, specs.analytics!);

// ---- Together ----

const kB = 1_000;
test.each<[string, number, WireItem]>([
  ['a link', 120 * kB, wire(linkItem(link))],
  ['a slug with its rules', 40 * kB, wire(slugItem(inlineRules))],
  ['a slug that names its rules', 40 * kB, wire(slugItem(link))],
  ['rules of their own', 70 * kB, wire(rulesItem(link)!)],
  ['a slug that was given up', 1 * kB, wire(tombstoneItem(link, NOW_MS))],
  [
    'an idempotency row of a link',
    1 * kB,
    wire(
      replayItem(
        newUuid(),
        'h'.repeat(64),
        { bodyHash: 'h'.repeat(64), urlId: newUuid(), shortCode: 's'.repeat(64), shortUrl: 'u'.repeat(340) },
        NOW_MS,
      ),
    ),
  ],
  ['a click', 20 * kB, clickItem(click, NOW_MS, true, NOW_MS)],
  [
    'a conversion',
    4 * kB,
    wire({
      ...{
        pk: `conversion#${newUuid()}`,
        sk: emoji(100),
        workspaceId: newUuid(),
        eventId: emoji(100),
        eventName: 'cancellation',
      },
      ...{ eventAtMs: NOW_MS, receivedAtMs: NOW_MS, clickId: click.clickId, externalHash: 'h'.repeat(64) },
      ...{
        orderId: '好'.repeat(200),
        value: -1.2345678901234567e11,
        currency: 'EUR',
        urlId: newUuid(),
        ttl: NOW_MS,
      },
    }),
  ],
  [
    'a domain or a claim',
    2 * kB,
    wire({
      ...{
        pk: `workspace#${newUuid()}`,
        sk: `domain#${newUuid()}`,
        domainId: newUuid(),
        workspaceId: newUuid(),
      },
      ...{ domain: 'd'.repeat(253), status: 'disabled', challenge: 'c'.repeat(100), provenAtMs: NOW_MS },
      policy: { allowHttp: true, expirationRequired: true, expirationChangesAllowed: true },
      ...{ lapsesAtMs: NOW_MS, createdAtMs: NOW_MS },
    }),
  ],
  [
    'a QR preset',
    4 * kB,
    wire({
      ...{
        pk: `workspace#${newUuid()}`,
        sk: `preset#${newUuid()}`,
        presetId: newUuid(),
        workspaceId: newUuid(),
      },
      ...{ name: emoji(120), createdAtMs: NOW_MS, updatedAtMs: NOW_MS, version: NOW_MS },
      style: styleLayer.parse({
        foreground: {
          mode: 'gradient',
          color: '#000000',
          gradient: { from: '#000000', to: '#000000', angle: 12.345678 },
        },
        background: { mode: 'transparent', color: '#ffffff' },
        modules: { shape: 'rounded' },
        eyes: { outer: 'rounded', inner: 'rounded', color: '#000000' },
        ...{ quiet_zone: 10, error_correction: 'H' },
        frame: { layout: 'cta_below', text: '₿'.repeat(40), color: '#000000', text_color: '#ffffff' },
        logo: { logo_id: newUuid(), scale: 0.123456789, padding: 1.23456789, shape: 'rounded' },
      }),
    }),
  ],
  ['a late entry', 1 * kB, wire({ ...lateKey(newUuid(), NOW_MS, click.clickId), ttl: NOW_MS })],
  ['the roll-up of a link', 20 * kB, wire({ ...totalsKey(newUuid(), newUuid()), ...cell })],
  ['the roll-up of a day', 20 * kB, wire({ ...dayKey(newUuid(), '20260420'), ...cell })],
  ['a job with long lists', 350 * kB, row(jobOf(specs.analytics!))],
  ['a job with short lists', 350 * kB, row(jobOf(specs.inline!))],
  ['a job of a catalog', 350 * kB, row(jobOf(specs.catalog!))],
  ['a job whose links are being chosen', 350 * kB, row(choosing)],
  ['a segment', 350 * kB, row(segment)],
  ['the places of a workspace', 4 * kB, row(slots)],
  ['a run of ids', 9 * kB, row(idRuns[0]!)],
  ['a run of other lists', 270 * kB, row(listRuns[0]!)],
])('%s has at most %d bytes', (_what, bound, item) => {
  expect(bound).toBeLessThan(MAX_ITEM_BYTES);
  expect(itemBytes(item)).toBeLessThanOrEqual(bound);
});

test('what one request for an export writes fits into a transaction', () => {
  const written = [jobOf(specs.analytics!), slots, ...idRuns, ...listRuns].map((record) =>
    itemBytes(row(record)),
  );
  expect(written.length).toBeLessThanOrEqual(90);
  expect(written.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(4 * 1024 ** 2);
});

function numbered<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
