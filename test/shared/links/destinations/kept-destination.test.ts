import fc from 'fast-check';
import Papa from 'papaparse';
import { csvEncoder, csvHeader } from '#shared/exports/files/csv.ts';
import { CATALOG_COLUMNS } from '#shared/exports/kinds/catalog-columns.ts';
import { newUuid } from '#shared/ids.ts';
import { importLinks } from '#shared/links/catalog/import-links.ts';
import { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { partsAfter, settleDestination } from '#shared/links/destinations/settle-destination.ts';
import { draftLink } from '#shared/links/draft-link.ts';
import type { Link } from '#shared/links/link.ts';
import { utmOf } from '#shared/links/link.ts';
import { linkFrom, linkItem } from '#shared/links/link-item.ts';
import { openImport } from '#test/support/import.ts';

const NAMES = Object.keys(CATALOG_COLUMNS);
const STYLE = { profile: 'excel', delimiter: ',' } as const;

/** The catalog of links as an export writes it. */
function catalogOf(links: readonly Link[]): string {
  const rows = links.map((link) => ({ link, totals: undefined, atMs: 0, shortOrigin: 'https://{domain}' }));
  return csvHeader(NAMES, STYLE.delimiter) + csvEncoder(CATALOG_COLUMNS, NAMES, STYLE)(rows);
}

const piece = fc.oneof(
  fc.constantFrom(
    'utm_source=News%20Letter',
    'utm_source=two',
    'utm_term=',
    'utm_medium=%20a+',
    'utm_content=%00%ff',
    'c=%7E',
  ),
  fc.constantFrom(
    ';=1+1;',
    '=HYPERLINK("x")',
    '@a,b',
    '\u200d',
    'ü',
    '%',
    "'",
    '"',
    '👩‍👧',
    'utm%5Fcampaign=x',
    '',
  ),
  fc
    .string({ unit: 'grapheme', maxLength: 5 })
    .map((text) => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}\\]/gu, '')),
);
const destination = fc
  .tuple(
    fc.constantFrom('https://Example.com', 'HTTPS://example.com/a%2fb/', 'https://example.com/~/;-x'),
    fc.array(piece, { maxLength: 6 }),
  )
  .map(([front, pieces]) => `${front}?${pieces.join('&')}`);

test('property: nobody who leaves a destination alone changes a byte of it: creation, storage, change, export, import', async () => {
  const place = await openImport();
  const { domain, tools } = place;
  await fc.assert(
    fc.asyncProperty(destination, async (destinationUrl) => {
      const hosts = new OwnHosts(place.workspaces);
      const drafted = await draftLink(
        { destinationUrl, expiresAtMs: null },
        { ...tools, domain, hosts, createdBy: null },
      );
      const stored = linkFrom(linkItem(drafted));
      const link = { ...stored, title: 'After', ...settleDestination(partsAfter(stored, {})) };
      expect(link).toEqual({ ...drafted, title: 'After' });
      expect([link.destinationUrl, link.utm]).toEqual([
        destinationUrl,
        utmOf(new URL(destinationUrl).searchParams),
      ]);

      const file = catalogOf([{ ...link, shortCode: newUuid() }]);
      const raw = csvEncoder(CATALOG_COLUMNS, ['destination_url'], { ...STYLE, profile: 'raw' });
      expect(
        Papa.parse<string[]>(raw([{ link, totals: undefined, atMs: 0, shortOrigin: '' }]), STYLE).data[0],
      ).toEqual([destinationUrl]);

      const { results } = await importLinks(tools, {
        workspace: place.workspace,
        createdBy: null,
        csv: Buffer.from(file),
      });
      const [result] = results;
      const copy = result?.ok
        ? await tools.links.findMany(place.workspace.workspaceId, [result.url_id])
        : undefined;
      expect([...(copy?.values() ?? [])]).toMatchObject([{ destinationUrl, utm: link.utm }]);
    }),
  );
});
