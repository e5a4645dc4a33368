import { beforeAbort } from '#shared/deadline.ts';
import { idSet, packIds } from '../jobs/id-set.ts';
import { abortableSources } from './abortable-sources.ts';
import type { ExportTools } from './export-tools.ts';
import type { ExportScope, ReadRequest, Run } from './kind.ts';

type Wanted = { kind: string; spec: unknown; workspaceId: string };
type NowTools = Pick<ExportTools, 'kinds' | 'sources' | 'sizes' | 'now'> & { horizonMs: number };

/** Up to these an export is answered at once; beyond one of them it is a job. */
export const NOW_LIMITS = { rows: 5_000, bytes: 4_500_000, ms: 10_000 };

/**
 * A whole export as text, when it is small.
 * @returns undefined when it has more rows or bytes than an answer may hold, or takes longer than a caller waits
 */
export async function exportNow(
  { kind, spec, workspaceId }: Wanted,
  tools: NowTools,
): Promise<string | undefined> {
  const { rows: maxRows, bytes: maxBytes, ms } = NOW_LIMITS;
  const parts = [tools.kinds(kind).header(spec)];
  let rows = 0;
  let bytes = 0;
  const whole = await within(ms, async (reading) => {
    for await (const run of runs({ kind, spec, workspaceId, ids: null }, tools, reading.signal)) {
      rows += run.rows;
      bytes += Buffer.byteLength(run.text);
      if (rows > maxRows || bytes > maxBytes) reading.abort();
      parts.push(run.text);
    }
    return true;
  });
  return whole ? parts.join('') : undefined;
}

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
  { kinds, sources: all, sizes, now, horizonMs }: NowTools,
  signal: AbortSignal,
): AsyncGenerator<Run, void, undefined> {
  const kind = kinds(name);
  const sources = abortableSources(all, signal);
  const scope: ExportScope = { workspaceId, snapshotMs: kind.snapshotMs(now(), horizonMs) };
  // One segment: nothing is shared out here, so looking for places to cut would be in vain.
  const whole = { ...sizes, segmentRows: Number.POSITIVE_INFINITY, segmentBytes: Number.POSITIVE_INFINITY };
  const plan = await kind.plan({ spec, scope, ids, sources, sizes: whole });
  const links = plan.links === null ? null : idSet(packIds(plan.links));
  for (const range of plan.ranges) {
    const request: ReadRequest<unknown> = { spec, scope, links, range, cursor: null, sources };
    for await (const run of kind.read(request)) {
      signal.throwIfAborted();
      yield run;
    }
  }
}
