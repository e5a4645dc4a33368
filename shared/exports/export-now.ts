import type { ExportTools } from './export-tools.ts';
import { idSet, packIds } from './id-set.ts';
import type { ExportScope, ReadRequest, Run } from './kind.ts';
import { type ExportKindName, exportKind } from './kinds.ts';

type Wanted = { kind: ExportKindName; spec: unknown; workspaceId: string };
type NowTools = Pick<ExportTools, 'sources' | 'sizes' | 'now'> & { horizonMs: number };

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
  const parts = [exportKind(kind).header(spec)];
  let rows = 0;
  let bytes = 0;
  const whole = await within(ms, async (late) => {
    for await (const run of runs({ kind, spec, workspaceId, ids: null }, tools)) {
      rows += run.rows;
      bytes += Buffer.byteLength(run.text);
      if (late() || rows > maxRows || bytes > maxBytes) return false;
      parts.push(run.text);
    }
    return true;
  });
  return whole ? parts.join('') : undefined;
}

/**
 * How many rows an export would have.
 * @param wanted.ids  the ids that the spec names, null when it names none
 * @returns `rows` null when counting took too long; then there are `atLeast` so many
 */
export async function countRows(
  wanted: Wanted & { ids: readonly string[] | null },
  tools: NowTools,
): Promise<{ rows: number | null; atLeast: number }> {
  let atLeast = 0;
  const whole = await within(NOW_LIMITS.ms, async (late) => {
    for await (const run of runs(wanted, tools)) {
      if (late()) return false;
      atLeast += run.rows;
    }
    return true;
  });
  return { rows: whole ? atLeast : null, atLeast };
}

/** The outcome of some work; undefined when it takes longer than `ms`. It is told, so that it stops by itself. */
async function within<T>(ms: number, work: (late: () => boolean) => Promise<T>): Promise<T | undefined> {
  const timeout = AbortSignal.timeout(ms);
  const late = new Promise<undefined>((resolve) => {
    timeout.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const done = work(() => timeout.aborted);
  // When time is up nobody waits for the work, and its failure is nobody's.
  done.catch(() => undefined);
  return Promise.race([done, late]);
}

async function* runs(
  { kind: name, spec, workspaceId, ids }: Wanted & { ids: readonly string[] | null },
  { sources, sizes, now, horizonMs }: NowTools,
): AsyncGenerator<Run, void, undefined> {
  const kind = exportKind(name);
  const scope: ExportScope = { workspaceId, snapshotMs: kind.snapshotMs(now(), horizonMs) };
  // One segment: nothing is shared out here, so looking for places to cut would be in vain.
  const whole = { ...sizes, segmentRows: Number.POSITIVE_INFINITY, segmentBytes: Number.POSITIVE_INFINITY };
  const plan = await kind.plan({ spec, scope, ids, sources, sizes: whole });
  const links = plan.links === null ? null : idSet(packIds(plan.links));
  for (const range of plan.ranges) {
    const request: ReadRequest<unknown> = { spec, scope, links, range, cursor: null, sources };
    yield* kind.read(request);
  }
}
