import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { s3Client } from '#shared/aws.ts';
import { type ImportedRow, type ImportTools, importLinks } from '#shared/links/catalog/import-links.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { newSlug } from '#shared/links/slug.ts';
import { Problem } from '#shared/problem.ts';
import { s3LogoStore } from '#shared/qr/logo-store.s3.ts';
import { linkQrCheck } from '#shared/qr/presets/link-qr-check.ts';
import { dynamodbPresetStore } from '#shared/qr/presets/preset-store.dynamodb.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';
import { AdminError } from './admin-error.ts';
import { type Admin, type Command, command } from './command.ts';
import { domainByHost, workspaceById } from './find.ts';
import { splitCsv } from './split-csv.ts';

/** Rows and bytes worked on at once: memory stays with them, however large the file is. */
const PIECE = { rows: 2_000, bytes: 4 * 1024 * 1024 };

type Counts = { rows: number; created: number; failed: number; notes: Map<string, number> };

export const importCommands: Record<string, Command> = {
  import: command({
    args: ['file.csv', 'workspace'],
    options: {
      domain: {
        type: 'string',
        value: '<host>',
        help: 'takes the rows that name no domain of the workspace; else its first ready one',
      },
    },
    summary: 'Makes links of a CSV file of any size, an exported catalog for example; run again, it goes on.',
    run: async ([file, workspaceId], { domain }, admin) => {
      const workspace = await workspaceById(admin, workspaceId);
      const domainId =
        domain === undefined ? undefined : (await domainByHost(admin, domain, workspaceId)).domainId;
      const { rows, created, failed, notes } = await importFile(file, { workspace, domainId }, admin);
      admin.print(`${rows} rows: ${created} links made, ${failed} rows refused.`);
      for (const [note, times] of notes) admin.print(`${times} rows: ${note}.`);
      if (failed > 0)
        throw new AdminError('Mend the rows named above and import the file again: no link is made twice.');
    },
  }),
};

type Target = { workspace: Workspace; domainId: string | undefined };

async function importFile(file: string, target: Target, admin: Admin): Promise<Counts> {
  const bytes = await bytesOf(file);
  const bar = admin.progress('bytes imported', bytes);
  const counts: Counts = { rows: 0, created: 0, failed: 0, notes: new Map() };
  const tools = importTools(admin);
  // Equal rows are as many links, in whichever piece they stand.
  const seen = new Map<string, number>();
  let done = 0;
  for await (const csv of splitCsv(createReadStream(file), PIECE)) {
    const report = await importLinks(tools, { ...target, createdBy: null, csv, seen }).catch(
      behind(counts.rows),
    );
    for (const row of report.results) tell(row, counts, admin);
    counts.rows += report.results.length;
    counts.created += report.created;
    counts.failed += report.failed;
    done += csv.length;
    bar.at(Math.min(done, bytes));
  }
  bar.end(`${counts.rows} rows`);
  return counts;
}

/** A piece counts its rows anew, so whatever is wrong with it as a whole is placed in the file. */
const behind = (rows: number) => (error: unknown) => {
  if (!(error instanceof Problem) || rows === 0) throw error;
  throw new AdminError(`Behind row ${rows} of the file, counted from there: ${error.message}`, {
    cause: error,
  });
};

/** Names a row that was refused, by its number in the whole file, and counts what is noted of the others. */
function tell(row: ImportedRow, { rows, notes }: Counts, admin: Admin): void {
  if (!row.ok) admin.warn(`row ${rows + row.row}: ${row.code}: ${row.error}`);
  else if (row.note !== undefined) notes.set(row.note, (notes.get(row.note) ?? 0) + 1);
}

function importTools(admin: Admin): ImportTools {
  const { LinksTable, WorkspacesTable, FilesBucket, ShortUrlPattern } = admin.deployment.outputs;
  const logos = s3LogoStore(s3Client(), FilesBucket);
  const presets = dynamodbPresetStore(admin.database, WorkspacesTable);
  return {
    links: dynamodbLinkStore(admin.database, LinksTable, WorkspacesTable),
    workspaces: admin.workspaces,
    shortOrigin: ShortUrlPattern,
    now: admin.now,
    newId: admin.newId,
    newSlug: () => newSlug(),
    openQrCheck: (workspace) => linkQrCheck(workspace, { presets, logos }),
  };
}

async function bytesOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause) => {
    throw new AdminError(`There is no file ${file}.`, { cause });
  });
  return found.size;
}
