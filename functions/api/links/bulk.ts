import type * as z from 'zod';
import { issueInWords } from '#shared/input/issue-in-words.ts';
import { problemFromZod } from '#shared/input/problem-from-zod.ts';
import { createLinks, type LinkRequest, type LinkResult, replayResult } from '#shared/links/create-links.ts';
import { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { draftLink } from '#shared/links/draft-link.ts';
import { futureExpiration } from '#shared/links/expiration.ts';
import { shortUrl } from '#shared/links/link.ts';
import type { CheckedQr, QrCheck } from '#shared/links/link-features.ts';
import { linkQuota } from '#shared/links/link-quota.ts';
import { Problem } from '#shared/problem.ts';
import { sha256 } from '#shared/sha256.ts';
import type { Domain, Principal } from '#shared/workspaces/workspace.ts';
import { bulkItem } from './schemas.ts';
import { type LinkTools, qrFrom, warningsOf } from './tools.ts';

type Item = z.output<typeof bulkItem>;
type Row = {
  given: unknown;
  n: number;
  item?: Item;
  key?: { hash: string; bodyHash: string };
  result?: LinkResult;
  /** Of its QR state, when the link is made. */
  qr?: CheckedQr | null | undefined;
};
type Caller = { principal: Principal; domain: Domain };

/**
 * Creates a link for each row; a row that is refused stops no other. A row whose key was used before is answered from
 * memory, before anything else of it is checked: what was right then may be past by now.
 */
export async function shortenRows(items: readonly unknown[], caller: Caller, tools: LinkTools) {
  const rows = items.map((given, n) => readRow(given, n, caller.domain));
  await replayKnownKeys(rows, caller, tools);
  await createNewOnes(rows, caller, tools);
  return rows.map((row) => answerOf(row, tools.shortOrigin));
}

function readRow(given: unknown, n: number, domain: Domain): Row {
  const parsed = bulkItem.safeParse(given, { reportInput: true, error: issueInWords() });
  if (!parsed.success) {
    return { given, n, result: refused(problemFromZod(parsed.error, { where: `items[${n}]` })) };
  }
  const { idempotency_key, long_url, custom_slug = null, expires_at = null, forward_query, qr } = parsed.data;
  const named = forward_query === undefined ? [] : [{ forward_query }];
  const body = [domain.domainId, long_url, custom_slug, expires_at, ...named, ...(qr ? [{ qr }] : [])];
  const key = {
    hash: sha256(`bulk ${idempotency_key}`, 'hex'),
    bodyHash: sha256(JSON.stringify(body), 'hex'),
  };
  return { given, n, item: parsed.data, key };
}

const refused = (problem: Problem): LinkResult => ({ kind: 'refused', problem });

type Open = Row & Required<Pick<Row, 'item' | 'key'>>;
const isOpen = (row: Row): row is Open => row.result === undefined;

async function replayKnownKeys(rows: readonly Row[], { principal }: Caller, tools: LinkTools): Promise<void> {
  const open = rows.filter(isOpen);
  const hashes = open.map(({ key }) => key.hash);
  const replays = await tools.links.findReplays(principal.workspace.workspaceId, hashes, tools.now());
  for (const row of open) {
    const replay = replays.get(row.key.hash);
    if (replay) row.result = replayResult(replay, row.key.bodyHash);
  }
}

async function createNewOnes(rows: readonly Row[], caller: Caller, tools: LinkTools): Promise<void> {
  const nowMs = tools.now();
  const hosts = new OwnHosts(tools.workspaces);
  const checkQr = tools.openQrCheck(caller.principal.workspace);
  const drafts = await Promise.all(
    rows
      .filter(isOpen)
      .map(async (row) => ({ row, request: await draft(row, caller, { tools, hosts, checkQr, nowMs }) })),
  );
  const requests = drafts.filter((entry): entry is { row: Open; request: LinkRequest } => {
    if (!(entry.request instanceof Problem)) return true;
    Object.assign(entry.row, { result: refused(entry.request) });
    return false;
  });
  const quota = linkQuota(caller.principal.workspace, nowMs);
  const results = await createLinks(
    requests.map(({ request }) => request),
    { ...tools, store: tools.links, quota, nowMs },
  );
  for (const [n, { row }] of requests.entries()) row.result = results[n]!;
}

type DraftTools = { tools: LinkTools; hosts: OwnHosts; checkQr: QrCheck; nowMs: number };

async function draft(
  row: Open,
  { principal, domain }: Caller,
  { tools, hosts, checkQr, nowMs }: DraftTools,
): Promise<LinkRequest | Problem> {
  const { item, key, n } = row;
  try {
    const input = {
      destinationUrl: item.long_url,
      shortCode: item.custom_slug,
      expiresAtMs: futureExpiration(item.expires_at, domain.policy, nowMs),
      forwardQuery: item.forward_query,
    };
    // First of all that is waited for, so that links sort as their rows.
    const link = await draftLink(input, { ...tools, domain, hosts, createdBy: principal.keyId });
    row.qr = await qrFrom(item.qr, checkQr, { field: 'qr', where: `items[${n}]` });
    return {
      link: { ...link, qr: row.qr?.qr ?? null },
      slugIsGenerated: (item.custom_slug ?? null) === null,
      key,
    };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function answerOf({ given, result, qr }: Row, shortOrigin: string): object {
  const client_row_id = rowIdOf(given);
  if (result?.kind === 'refused') {
    const { message, code } = result.problem;
    return { client_row_id, ok: false, error: message, code };
  }
  const idempotent = result?.kind === 'replayed';
  const warnings = idempotent ? undefined : warningsOf(qr);
  return { client_row_id, ok: true, idempotent, ...placeOf(result!, shortOrigin), ...warnings };
}

function placeOf(result: Exclude<LinkResult, { kind: 'refused' }>, shortOrigin: string): object {
  if (result.kind === 'replayed') {
    const { urlId, shortCode, shortUrl: url } = result.replay;
    return { url_id: urlId, short_code: shortCode, short_url: url };
  }
  const { link } = result;
  return { url_id: link.urlId, short_code: link.shortCode, short_url: shortUrl(shortOrigin, link) };
}

/** The row's own id even where the rest of it is wrong; null when it has none. */
function rowIdOf(given: unknown): string | null {
  const rowId = (given as { client_row_id?: unknown } | null)?.client_row_id;
  return typeof rowId === 'string' ? rowId.slice(0, 255) : null;
}
