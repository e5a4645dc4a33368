import { sha256 } from '#shared/sha256.ts';
import { utf8Bytes } from '#shared/utf8.ts';
import { packIds, unpackIds } from './id-set.ts';
import type { ExportJob, IdRun, ListRun } from './job.ts';
import type { JobStore } from './job-store.ts';

type Spec = ExportJob['spec'];

/** Lists of up to so many values and bytes stand in the spec itself and are echoed in full. */
const INLINE_VALUES = 100;
const INLINE_BYTES = 4_096;

/** 500 ids. */
const ID_RUN_BYTES = 500 * 16;

/** Well below what an item may have; a job's request is a few of them at the most. */
const LIST_RUN_BYTES = 256 * 1024;

/** How long lists are echoed: nobody wants to read them, and they would not fit into the job's item. */
type Echo = { count: number; hash: string };

/** A spec as its job keeps it, and the records beside the job that hold its long lists. */
export type SplitSpec = { stored: Spec; idRuns: IdRun[]; listRuns: ListRun[] };

/** Takes the long lists out of a spec: ids as 16 bytes each, the others as JSON. */
export function splitSpec(jobId: string, spec: Spec): SplitSpec {
  const long = Object.entries(spec).filter(([, value]) => isLong(value)) as [string, string[]][];
  const { url_ids: ids, ...texts } = Object.fromEntries(long);
  const packed = ids && packIds(ids);
  const echoes = Object.fromEntries(long.map(([name, values]) => [name, echoOf(values)]));
  if (packed) echoes.url_ids = { count: ids.length, hash: sha256(packed, 'hex') };
  const json = Buffer.from(Object.keys(texts).length === 0 ? '' : JSON.stringify(texts));
  return {
    stored: { ...spec, ...echoes },
    idRuns: cut(packed, ID_RUN_BYTES).map((run, n) => ({ record: 'ids', version: 0, jobId, n, ids: run })),
    listRuns: cut(json, LIST_RUN_BYTES).map((json, n) => ({ record: 'lists', version: 0, jobId, n, json })),
  };
}

const isLong = (value: unknown): boolean =>
  Array.isArray(value) && (value.length > INLINE_VALUES || utf8Bytes(JSON.stringify(value)) > INLINE_BYTES);

const echoOf = (values: readonly string[]): Echo => ({
  count: values.length,
  hash: sha256(JSON.stringify(values), 'hex'),
});

const cut = (bytes: Buffer | undefined, runBytes: number): Uint8Array[] =>
  Array.from({ length: Math.ceil((bytes?.length ?? 0) / runBytes) }, (_, n) =>
    Uint8Array.from(bytes!.subarray(n * runBytes, (n + 1) * runBytes)),
  );

/** The ids that a job's spec names, in full; null when it names none. */
export async function idsOf(job: ExportJob, jobs: Pick<JobStore, 'idRuns'>): Promise<string[] | null> {
  if (job.idRuns > 0) return (await jobs.idRuns(job.jobId)).flatMap(({ ids }) => unpackIds(ids));
  return Array.isArray(job.spec.url_ids) ? (job.spec.url_ids as string[]) : null;
}

/** The spec of a job with its lists in full, but for `url_ids`: see idsOf. */
export async function specOf(job: ExportJob, jobs: Pick<JobStore, 'listRuns'>): Promise<Spec> {
  if (job.listRuns === 0) return job.spec;
  const runs = await jobs.listRuns(job.jobId);
  return { ...job.spec, ...JSON.parse(Buffer.concat(runs.map(({ json }) => json)).toString('utf8')) };
}
