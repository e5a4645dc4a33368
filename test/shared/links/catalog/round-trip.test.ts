import fc from 'fast-check';
import { DELIMITERS } from '#shared/csv/formula-guard.ts';
import { firstUuidAt, newUuid } from '#shared/ids.ts';
import { importLinks } from '#shared/links/catalog/import-links.ts';
import { settleDestination } from '#shared/links/destinations/settle-destination.ts';
import { type Link, NO_UTM, withType } from '#shared/links/link.ts';
import { linkView } from '#shared/links/link-view.ts';
import { routingRule } from '#shared/links/rules/parse-rules.ts';
import { styleLayer } from '#shared/qr/style/style-layer.ts';
import { openExports, WORKSPACE } from '#test/support/exports.ts';
import { openImport } from '#test/support/import.ts';
import { aLink } from '#test/support/links.ts';
import { aPreset } from '#test/support/qr/presets.ts';

const NOW_MS = Date.UTC(2026, 3, 20, 12);

/** Text as a link may hold it, rich in what a CSV file could spoil. */
const text = (maxLength: number) =>
  fc
    .oneof(
      fc.string({ unit: fc.constantFrom(...'=-+@\'";,| aé日🌷＝'), maxLength }),
      fc.string({ unit: 'grapheme', maxLength }),
    )
    .map((given) => given.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').trim());
const optional = (maxLength: number) => text(maxLength).map((given) => given || null);

const urls = fc.constantFrom(
  'https://example.com/?utm%5Fx=News%20Letter&c=%7E&x=two&x=%C3%BC',
  'https://EXAMPLE.com/?;=1+1;',
  'https://example.com/@40.7,-74.0?a="b"#=c',
  'https://example.com/👩\u200d💻?q=ü',
  "https://example.com/;'=1",
  'https://example.com/?utm_source=News%20Letter&c=%7E&utm_medium=e+mail&utm_source=two&utm_term=%20x%00&constructor',
);
const PRESETS = [newUuid(), newUuid()];
/** Styles with the words that a frame can say, as they are kept. */
const styles = fc
  .record(
    {
      quiet_zone: fc.nat(10),
      eyes: fc.constant({ color: null }),
      frame: fc.record({ text: fc.string({ unit: fc.constantFrom(...'=-+@\'";,| aéΣЖ'), maxLength: 40 }) }),
      background: fc.constant({ mode: 'transparent' }),
    },
    { requiredKeys: [] },
  )
  .map((layer) => styleLayer.safeParse(layer).data)
  .filter((style) => style !== undefined);

const conditions = fc.record(
  {
    countryIn: fc.constant(['DE', 'US']),
    deviceTypeIn: fc.constant(['mobile']),
    timeWindows: fc.constant([{ timezone: 'Europe/Berlin', days: ['mon'], start: '22:00', end: '06:00' }]),
  },
  { requiredKeys: [] },
);
const rule = fc
  .record({ name: text(20).map((name) => `n${name}`), enabled: fc.boolean(), conditions })
  .chain((base) =>
    fc.oneof(
      urls.map((destinationUrl) => ({ ...base, actionType: 'destination_override', destinationUrl })),
      urls.map((fallbackUrl) => ({ ...base, actionType: 'deep_link', ios: 'app://x;=1', fallbackUrl })),
    ),
  )
  .map((given) => routingRule.parse(given));

const linkMembers = fc.record({
  destinationUrl: urls,
  title: optional(40),
  // What is not given is what the destination says.
  utm: fc.record(
    {
      source: optional(20),
      medium: optional(20),
      campaign: optional(20),
      term: optional(20),
      content: optional(20),
    },
    { requiredKeys: [] },
  ),
  customQueryParams: fc
    .array(
      fc.tuple(
        fc.oneof(
          text(10).filter((name) => name !== ''),
          fc.constant('constructor'),
        ),
        text(20),
      ),
      {
        maxLength: 3,
      },
    )
    .map((pairs) => Object.fromEntries(pairs)),
  space: optional(20),
  tags: fc
    .uniqueArray(
      text(10).map((tag) => tag.replaceAll(',', '').trim()),
      { maxLength: 3 },
    )
    .map((tags) => tags.filter((tag) => tag !== '')),
  saidDynamic: fc.boolean(),
  status: fc.constantFrom('active' as const, 'disabled' as const),
  expiresAtMs: fc.option(fc.integer({ min: 1, max: 253_402_300_799_999 })),
  passwordHash: fc.option(fc.constant('$argon2id$…')),
  redirectStatusCode: fc.constantFrom(301 as const, 302 as const),
  passClickId: fc.boolean(),
  forwardQuery: fc.boolean(),
  routingRules: fc.array(rule, { maxLength: 2 }),
  qr: fc.option(
    fc.record({
      presetId: fc.option(fc.constantFrom(...PRESETS)),
      style: fc.option(styles),
    }),
  ),
});

/** What another workspace shows of a link, but for ids, creation, clicks and what a lost password does. */
function comparable(link: Link) {
  const view = linkView(link, { shortOrigin: 'https://{domain}', nowMs: NOW_MS, clicks: 0 });
  const { url_id: _1, account_id: _2, domain_id: _3, created_at: _4, ...shown } = view;
  const hadPassword = link.passwordHash !== null;
  const status = hadPassword && shown.status === 'active' ? 'disabled' : shown.status;
  return { ...shown, status, password_protected: false };
}

test('a catalog of all columns, imported elsewhere, gives the same links', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(linkMembers, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(...DELIMITERS),
      fc.boolean(),
      async (given, delimiter, bom) => {
        const links = given.map((members, n) =>
          withType(
            aLink({
              ...members,
              ...settleDestination(members),
              workspaceId: WORKSPACE,
              urlId: firstUuidAt(NOW_MS - 90_000 + n),
              updatedAtMs: NOW_MS - 50_000 + n,
              shortCode: `slug-${n}`,
            }),
          ),
        );
        const { run } = openExports({ links }, { nowMs: NOW_MS });
        const { bytes: csv } = await run('link_catalog', { columns: 'all', delimiter, bom });
        const place = await openImport();
        place.tools.now = () => NOW_MS;
        const { workspace } = place;
        const { workspaceId } = workspace;
        for (const presetId of PRESETS) await place.presets.create(aPreset({ workspaceId, presetId }), 2);
        const report = await importLinks(place.tools, { workspace, createdBy: null, csv });
        expect(report.results.filter(({ ok }) => !ok)).toEqual([]);
        expect((await place.all()).map(comparable)).toEqual(links.map(comparable));
      },
    ),
    { numRuns: 60 },
  );
});

test('a destination that carries its own UTM fields arrives byte for byte', async () => {
  const destinationUrl =
    'https://example.com/?utm_source=News%20Letter&c=%7E&utm_medium=e+mail&utm_term=%E2%82%AC';
  const utm = { ...NO_UTM, source: 'News Letter', medium: 'e mail', term: '€' };
  const { run } = openExports(
    { links: [aLink({ workspaceId: WORKSPACE, destinationUrl, utm, urlId: firstUuidAt(NOW_MS - 1) })] },
    { nowMs: NOW_MS },
  );
  const { bytes: csv } = await run('link_catalog', { columns: 'all' });
  const place = await openImport();
  await importLinks(place.tools, { workspace: place.workspace, createdBy: null, csv });
  expect(await place.all()).toMatchObject([{ destinationUrl, utm }]);
});
