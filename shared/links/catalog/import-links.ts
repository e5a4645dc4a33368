import { findDomain } from '#shared/domains/usable-domain.ts';
import { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { Problem } from '#shared/problem.ts';
import { sha256 } from '#shared/sha256.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { createLinks, type LinkRequest, replayResult } from '../create-links.ts';
import type { QrCheck } from '../link-features.ts';
import { linkQuota } from '../link-quota.ts';
import { CREATIONS_AT_ONCE, type LinkStore } from '../link-store.ts';
import { type CatalogCells, readCatalogCsv } from './catalog-csv.ts';
import { type DraftContext, draftRow, type TriedRow } from './draft-row.ts';
import { recogniseLinks } from './recognise-links.ts';

export type ImportTools = {
  links: Pick<LinkStore, 'createMany' | 'findReplays' | 'findMany' | 'findSlug'>;
  workspaces: Pick<WorkspaceStore, 'findDomain' | 'domains' | 'findHost'>;
  shortOrigin: string;
  now(): number;
  newId(): string;
  newSlug(): string;
  openQrCheck(workspace: Workspace): QrCheck;
};

export type ImportRequest = {
  workspace: Workspace;
  /** Key id of who imports. */
  createdBy: string | null;
  /** A catalog file: see readCatalogCsv. */
  csv: Uint8Array;
  /** Takes the rows that name no domain of the workspace; without it a row that names another one is refused. */
  domainId?: string | undefined;
  /** A file of more rows is refused as a whole. */
  maxRows?: number | undefined;
  /** How often each row was seen before: one map for all the pieces of a file that is imported piece by piece. */
  seen?: Map<string, number> | undefined;
  /** Called after each batch with the rows that are settled. */
  onProgress?: (rows: number) => void;
};

/** What became of a row; `row` counts from 1 without the header. `note`: what is not as the row says, and why. */
export type ImportedRow =
  | { row: number; ok: true; url_id: string; note?: string }
  | { row: number; ok: false; code: string; error: string };

export type ImportReport = { created: number; updated: 0; failed: number; results: ImportedRow[] };

/**
 * Makes the links of a catalog file, 25 to a transaction. Each row answers for itself, and a row that was imported
 * within the last 24 hours is not imported again: a broken import is simply sent once more. A row whose link is there
 * already, unchanged, makes none, however old it is.
 * @throws Problem 'invalid_request' when the file cannot be read or has too many rows, 'not_found' for the domain
 */
export async function importLinks(tools: ImportTools, request: ImportRequest): Promise<ImportReport> {
  const rows = readCatalogCsv(request.csv, request.maxRows);
  const context = await openImport(tools, request);
  const report: ImportReport = { created: 0, updated: 0, failed: 0, results: [] };
  for (let at = 0; at < rows.length; at += CREATIONS_AT_ONCE) {
    const batch = rows.slice(at, at + CREATIONS_AT_ONCE).map((row) => ({ row, notes: [] }));
    await importBatch(batch, context);
    for (const entry of batch) addTo(report, entry);
    request.onProgress?.(report.results.length);
  }
  return report;
}

type Context = ImportTools &
  DraftContext & {
    request: ImportRequest;
    /** How often each row was seen in this file: equal rows are as many links. */
    seen: Map<string, number>;
  };

type Entry = TriedRow & { key?: Key };
type Key = { hash: string; bodyHash: string };

async function openImport(tools: ImportTools, request: ImportRequest): Promise<Context> {
  const { workspaceId } = request.workspace;
  const domains = await tools.workspaces.domains(workspaceId);
  const defaultDomain =
    request.domainId === undefined
      ? domains.find(({ status }) => status === 'ready')
      : await findDomain(tools.workspaces, workspaceId, request.domainId);
  return {
    ...tools,
    request,
    domains: new Map(domains.map((domain) => [domain.domain, domain])),
    defaultDomain,
    hosts: new OwnHosts(tools.workspaces),
    checkQr: tools.openQrCheck(request.workspace),
    seen: request.seen ?? new Map(),
  };
}

async function importBatch(batch: Entry[], context: Context): Promise<void> {
  for (const entry of batch) Object.assign(entry, { key: keyOf(entry.row.cells, context) });
  await replayKnownRows(batch, context);
  const unknown = batch.filter(({ result }) => result === undefined);
  const drafts = await Promise.all(unknown.map((entry) => draftRow(entry, context)));
  const open: { entry: Entry; request: LinkRequest }[] = [];
  for (const [n, entry] of unknown.entries()) {
    const draft = drafts[n]!;
    if (draft instanceof Problem) entry.result = { kind: 'refused', problem: draft };
    else {
      const slugIsGenerated = !entry.said!.input.shortCode;
      open.push({ entry, request: { link: draft, slugIsGenerated, key: entry.key } });
    }
  }
  const nowMs = context.now();
  const results = await createLinks(
    open.map(({ request }) => request),
    {
      ...context,
      store: context.links,
      quota: linkQuota(context.request.workspace, nowMs),
      nowMs,
      slugField: 'short_code',
    },
  );
  for (const [n, { entry }] of open.entries()) entry.result = results[n]!;
  await recogniseLinks(unknown, { ...context, workspaceId: context.request.workspace.workspaceId, nowMs });
}

/**
 * Answers rows that were imported before. A row whose link was deleted since is imported anew, under a key that follows
 * from the deleted one, so that this can be repeated, too.
 */
async function replayKnownRows(batch: readonly Entry[], { links, request, now }: Context): Promise<void> {
  const { workspaceId } = request.workspace;
  let asked = batch;
  while (asked.length > 0) {
    const hashes = asked.map(({ key }) => key!.hash);
    const replays = await links.findReplays(workspaceId, hashes, now());
    const alive = await links.findMany(
      workspaceId,
      [...replays.values()].map(({ urlId }) => urlId),
    );
    const orphaned: Entry[] = [];
    for (const entry of asked) {
      const replay = replays.get(entry.key!.hash);
      if (replay === undefined) continue;
      if (alive.has(replay.urlId)) entry.result = replayResult(replay, entry.key!.bodyHash);
      else orphaned.push(Object.assign(entry, { key: keyAfter(entry.key!, replay.urlId) }));
    }
    asked = orphaned;
  }
}

const keyAfter = ({ bodyHash }: Key, urlId: string): Key => ({
  hash: sha256(`import ${bodyHash} after ${urlId}`, 'hex'),
  bodyHash,
});

/** Columns that say something about the link itself: an export made later differs in the others. */
const isDefining = ([column]: [string, string]): boolean =>
  !['url_id', 'short_url', 'clicks', 'created_at', 'updated_at'].includes(column);

/** The idempotency key of a row: what it says, and the how-manieth of its kind it is. */
function keyOf(cells: CatalogCells, { seen, request }: Context): Key {
  const said = Object.entries(cells).filter(isDefining).sort();
  const bodyHash = sha256(JSON.stringify([request.domainId ?? null, said]), 'hex');
  const count = (seen.get(bodyHash) ?? 0) + 1;
  seen.set(bodyHash, count);
  return { hash: sha256(`import ${bodyHash} ${count}`, 'hex'), bodyHash };
}

function addTo(report: ImportReport, { row: { row }, result, notes }: Entry): void {
  if (result!.kind === 'refused') {
    const { code, message } = result!.problem;
    report.failed += 1;
    report.results.push({ row, ok: false, code, error: message });
  } else if (result!.kind === 'replayed') {
    const note = 'this row was imported already, within the last 24 hours';
    report.results.push({ row, ok: true, url_id: result!.replay.urlId, note });
  } else if (result!.kind === 'in_place') {
    report.results.push({
      row,
      ok: true,
      url_id: result!.urlId,
      note: 'the link is there already, unchanged',
    });
  } else {
    report.created += 1;
    const note = notes.length > 0 ? { note: notes.join('; ') } : {};
    report.results.push({ row, ok: true, url_id: result!.link.urlId, ...note });
  }
}
