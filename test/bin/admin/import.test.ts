import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { Link } from '#shared/links/link.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { openAdmin } from '#test/support/admin.ts';
import { openDatabase } from '#test/support/aws-clients.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slugline-import-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function open() {
  const { admin, tables } = await openAdmin();
  await admin('bootstrap');
  const workspaceId = (await admin('workspace', 'list')).out[1]!.split(' ')[0] as string;
  const store = dynamodbLinkStore(openDatabase(), tables.links, tables.workspaces);
  const importRows = async (rows: object[], ...options: string[]) => {
    const file = join(dir, 'links.csv');
    await writeFile(file, Papa.unparse(rows));
    return admin('import', file, workspaceId, ...options);
  };
  const links = async () => {
    const found: Link[] = [];
    let after: string | undefined;
    do {
      const page = await store.page({ workspaceId, order: 'ascending', after, limit: 1_000 });
      found.push(...page.links);
      after = page.next;
    } while (after !== undefined);
    return found;
  };
  return { admin, workspaceId, importRows, links };
}

const row = (n: number) => ({
  destination_url: `https://example.com/${n}`,
  short_code: `import-${n}`,
  title: '',
});

describe('importing a file', () => {
  test.each<[string, string[], string]>([
    ['that is not there', ['nowhere.csv'], 'There is no file nowhere.csv.'],
    ['into a workspace that is not there', ['package.json', 'w9'], 'There is no workspace w9'],
    ['that is no catalog', ['package.json'], 'the CSV file is not valid'],
    [
      'onto a domain that is not there',
      ['package.json', '', '--domain', 'no.example.com'],
      'no domain no.example.com',
    ],
  ])('%s is refused', async (_name, [file = '', workspace = '', ...options], message) => {
    const { admin, workspaceId } = await open();
    const { code, err } = await admin('import', file, workspace || workspaceId, ...options);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) });
  });

  test('makes its links, and run again none twice', async () => {
    const { importRows, links } = await open();
    const rows = Array.from({ length: 30 }, (_, n) => row(n));
    expect(await importRows(rows)).toEqual({
      code: 0,
      out: ['30 rows: 30 links made, 0 rows refused.'],
      err: '',
    });
    expect((await links()).map((link) => link.shortCode).sort()).toEqual(
      rows.map(({ short_code }) => short_code).sort(),
    );
    expect((await importRows(rows)).out[0]).toBe('30 rows: 0 links made, 0 rows refused.');
    expect(await links()).toHaveLength(30);
  });

  test('larger than a piece is imported whole, equal rows as many links', async () => {
    const { importRows, links } = await open();
    const rows = Array.from({ length: 2_040 }, (_, n) => ({
      destination_url: `https://example.com/${n % 2_020}`,
    }));
    expect((await importRows(rows)).out[0]).toBe('2040 rows: 2040 links made, 0 rows refused.');
    expect(await links()).toHaveLength(2_040);
  }, 120_000);

  test('says where in a large file a quote is not closed, and keeps what came before', async () => {
    const { admin, workspaceId, links } = await open();
    const file = join(dir, 'links.csv');
    const rows = Array.from({ length: 2_000 }, (_, n) => `https://example.com/${n}\n`).join('');
    await writeFile(file, `destination_url\n${rows}"https://example.com/never\n`);
    const { code, err } = await admin('import', file, workspaceId);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^Behind row 2000 of the file, counted from there: .*quotes of row/),
    });
    expect(await links()).toHaveLength(2_000);
  }, 120_000);

  test('goes on behind a row that is refused, names it, and ends with 1', async () => {
    const { importRows, links } = await open();
    const { code, out, err } = await importRows([row(1), { ...row(2), short_code: 'api' }, row(3)]);
    expect(code).toBe(1);
    expect(out[0]).toBe('3 rows: 2 links made, 1 rows refused.');
    expect(err).toMatch(/^row 2: slug_reserved: .*\nMend the rows named above/);
    expect(await links()).toHaveLength(2);
  });

  test('puts rows of foreign domains on the one that is named', async () => {
    const { importRows, links } = await open();
    const rows = [{ ...row(1), domain: 'old.example.com' }];
    expect((await importRows(rows)).err).toContain('row 1: not_found');
    expect((await importRows(rows, '--domain', 'go.example.com')).code).toBe(0);
    expect((await links())[0]?.domain).toBe('go.example.com');
  });
});
