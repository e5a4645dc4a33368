import { beforeAbort } from '#shared/deadline.ts';
import { byteBuffer } from '../files/byte-buffer.ts';
import type { Encoded } from '../files/format.ts';
import { PACKS } from '../files/pack.ts';
import { idSet, packIds } from '../jobs/id-set.ts';
import { abortableSources } from './abortable-sources.ts';
import type { ExportTools } from './export-tools.ts';
import type { ExportScope } from './kind.ts';

type Wanted = { kind: string; spec: unknown; workspaceId: string };
type NowTools = Pick<ExportTools, 'kinds' | 'formats' | 'sources' | 'sizes' | 'now'> & { horizonMs: number };

/** Up to these an export is answered at once; beyond one of them it is a job. */
export const NOW_LIMITS = { rows: 5_000, bytes: 4_500_000, ms: 10_000 };

/**
 * The bytes of a whole export of one file, when it is small.
 * @returns undefined when it has more rows or bytes than an answer may hold, or takes longer than a caller waits
 */
export async function exportNow(
  { kind, spec, workspaceId }: Wanted,
  tools: NowTools,
): Promise<Buffer | undefined> {
  const file = fileOf({ kind, spec }, tools);
  const format = tools.formats(file.format);
  const output = byteBuffer(0);
  const index: Uint8Array[] = [];
  let rows = 0;
  output.write(format.open(file.options));
  const whole = await within(NOW_LIMITS.ms, async (reading) => {
    for await (const run of runs({ kind, spec, workspaceId, ids: null }, tools, reading.signal)) {
      rows += run.rows;
      output.write(run.content);
      if (run.index) index.push(run.index);
      if (rows > NOW_LIMITS.rows || output.length > NOW_LIMITS.bytes) reading.abort();
    }
    const segment = { file: 0, bytes: output.length, rows, index: async () => Buffer.concat(index) };
    for await (const content of format.close?.(file.options, [segment]) ?? []) output.write(content);
    return true;
  });
  if (!whole) return undefined;
  return Buffer.from(await PACKS[file.compression](output.bytes()));
}

const fileOf = ({ kind, spec }: Pick<Wanted, 'kind' | 'spec'>, { kinds, now }: NowTools) =>
  kinds(kind).file(spec, { n: 0, of: 1, acceptedAtMs: now(), snapshotMs: now(), jobId: null });

/**
 * How many rows an export would have.
 * @param limitMs  how long to count
 * @param wanted.ids  the ids that the spec names, null when it names none
 * @returns `rows` null when counting took too long; then there are `atLeast` so many
 */
export async function countRows(
  wanted: Wanted & { ids: readonly string[] | null },
  tools: NowTools,
  limitMs = NOW_LIMITS.ms,
): Promise<{ rows: number | null; atLeast: number }> {
  const known = tools.kinds(wanted.kind).rows?.(wanted.spec);
  if (known !== undefined) return { rows: known, atLeast: known };
  let atLeast = 0;
  const whole = await within(limitMs, async ({ signal }) => {
    for await (const run of runs(wanted, tools, signal)) atLeast += run.rows;
    return true;
  });
  return { rows: whole ? atLeast : null, atLeast };
}

/** The outcome of some reading; undefined when it takes longer than `ms`, or aborts itself. What is read then, ends. */
async function within<T>(ms: number, work: (reading: AbortController) => Promise<T>): Promise<T | undefined> {
  const reading = new AbortController();
  const timer = setTimeout(() => reading.abort(), ms);
  try {
    return await beforeAbort(reading.signal, () => work(reading));
  } catch (error) {
    if (reading.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    reading.abort();
  }
}

async function* runs(
  { kind: name, spec, workspaceId, ids }: Wanted & { ids: readonly string[] | null },
  tools: NowTools,
  signal: AbortSignal,
): AsyncGenerator<Encoded, void, undefined> {
  const { kinds, formats, sources: all, sizes, now, horizonMs } = tools;
  const kind = kinds(name);
  const file = fileOf({ kind: name, spec }, tools);
  const encode = formats(file.format).rows(file.columns, file.options);
  const sources = abortableSources(all, signal);
  const scope: ExportScope = { workspaceId, snapshotMs: kind.snapshotMs(now(), horizonMs) };
  const batches = kind.choose?.({ spec, scope, ids, cursor: null, sources }) ?? null;
  const chosen = batches && (await Array.fromAsync(batches)).flatMap((batch) => batch.ids);
  // One segment: nothing is shared out here, so looking for places to cut would be in vain.
  const whole = { ...sizes, segmentRows: Number.POSITIVE_INFINITY, segmentBytes: Number.POSITIVE_INFINITY };
  const cut = await kind.cut({ spec, scope, chosen: chosen?.length ?? null, sources, sizes: whole });
  const links = chosen && idSet(packIds(chosen));
  for (const range of cut.files[0] ?? []) {
    const covered =
      'fromId' in range
        ? { links: null, ids: (chosen ?? []).slice(range.fromId, range.toId) }
        : { links, ids: [] };
    for await (const { rows } of kind.read({ spec, scope, ...covered, range, cursor: null, sources })) {
      signal.throwIfAborted();
      yield await encode(rows);
    }
  }
}
