import * as z from 'zod';
import type { ApiAnswer } from '#functions/http/route.ts';
import type { Secrets } from '#shared/credentials/secrets.ts';
import { nimriz } from '#shared/dialects/nimriz/nimriz.ts';
import type { AcceptTools } from '#shared/exports/engine/accept-export.ts';
import { retryAfterSeconds } from '#shared/exports/engine/download-export.ts';
import type { ExportTools } from '#shared/exports/engine/export-tools.ts';
import { crc32Hex } from '#shared/exports/files/crc32.ts';
import { type ExportFile, type ExportJob, hasEnded } from '#shared/exports/jobs/job.ts';
import { type JobStatus, jobStatus } from '#shared/exports/jobs/job-progress.ts';
import { jobWarnings } from '#shared/exports/jobs/job-warnings.ts';
import { filesListed } from '#shared/exports/jobs/outcomes.ts';
import { EXPORT_KIND_NAMES, type ExportKindName } from '#shared/exports/kinds/kinds.ts';
import type { NameTools } from '#shared/exports/kinds/unknown-names.ts';
import { sha256 } from '#shared/sha256.ts';

/** What the export routes need. */
export type ExportRouteTools = NameTools & {
  exports: ExportTools & AcceptTools;
  secrets: Secrets;
  now(): number;
};

const instant = z.iso.datetime().meta({ id: 'Instant' });
export const jobStates = z.enum(nimriz.states);

const fileSchema = z
  .object({
    name: z.string(),
    bytes: z.int(),
    rows: z.int(),
    content_type: z.string(),
    crc32: z.string().describe('Of the bytes of the file, eight hexadecimal digits.'),
    sha256: z.string().nullable().describe('Known when the file was written in one go.'),
  })
  .meta({ id: 'ExportFile' });

export const jobSchema = z
  .object({
    id: z.guid(),
    type: z.enum(EXPORT_KIND_NAMES),
    job_kind: z.enum(EXPORT_KIND_NAMES),
    status: jobStates,
    spec: z.looseObject({}).describe('As requested; long lists as {count, hash}.'),
    created_at: instant,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    expires_at: instant.nullable(),
    progress: z.object({
      rows_done: z.int(),
      rows_total: z.int().nullable(),
      percent: z.int(),
      stage: z.enum(['waiting', 'queued', 'plan', 'segments', 'assemble']).nullable(),
      queue_position: z.int().nullable(),
    }),
    row_count: z.int().nullable(),
    skipped_rows: z.int().describe('Records that could not be read and are not in the file.'),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
    files: z.array(fileSchema),
    warnings: z
      .array(z.object({ code: z.enum(['no_rows', 'unknown_names', 'rows_skipped']), message: z.string() }))
      .describe('No row matched, a filter names what is not there, or records were skipped.'),
    download_url: z.url().nullable(),
  })
  .meta({ id: 'ExportJob' });

export const jobEnvelope = z
  .object({
    ok: z.literal(true),
    job_id: z.guid(),
    status: jobStates,
    deduplicated: z.literal(true).optional(),
    job: jobSchema,
  })
  .meta({ id: 'ExportJobAnswer' });

type JobAnswer = z.input<typeof jobSchema>;

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const jobPath = (jobId: string): string => `/api/exports/jobs/${jobId}`;

/** A job in the native words. */
export function jobAnswer({ job, state, ...status }: JobStatus, origin: string): JobAnswer {
  const ready = state === 'ready';
  // Only what job-body.ts takes becomes a job of this API.
  const kind = job.kind as ExportKindName;
  return {
    id: job.jobId,
    type: kind,
    job_kind: kind,
    status: nimriz.states[state],
    spec: job.spec,
    created_at: iso(job.createdAtMs)!,
    started_at: iso(job.startedAtMs),
    finished_at: iso(job.finishedAtMs),
    expires_at: iso(job.expiresAtMs),
    progress: progressAnswer(job, status),
    row_count: job.files.length > 0 ? job.files.reduce((sum, { rows }) => sum + rows, 0) : null,
    skipped_rows: job.skippedRows,
    error: job.failure,
    files: filesListed(job).map(fileAnswer),
    warnings: jobWarnings(job),
    download_url: ready ? `${origin}${jobPath(job.jobId)}/download` : null,
  };
}

const progressAnswer = (
  job: ExportJob,
  { rowsDone, rowsTotal, percent, queuePosition }: Omit<JobStatus, 'job' | 'state'>,
): JobAnswer['progress'] => ({
  rows_done: rowsDone,
  rows_total: rowsTotal,
  percent,
  stage: job.stage ?? (hasEnded(job) ? null : job.admitted ? 'queued' : 'waiting'),
  queue_position: queuePosition,
});

const fileAnswer = ({ name, bytes, rows, contentType, crc32, sha256 }: ExportFile) => ({
  name,
  bytes,
  rows,
  content_type: contentType,
  crc32: crc32Hex(crc32),
  sha256,
});

type EnvelopeOptions = { status: number; origin: string; deduplicated?: boolean };

/** The answer about one job, with where to look for it and, while it is unfinished, when. */
export async function jobEnvelopeAnswer(
  job: ExportJob,
  { status, origin, deduplicated = false }: EnvelopeOptions,
  { exports: { jobs }, now }: ExportRouteTools,
): Promise<ApiAnswer & { body: object }> {
  const answer = jobAnswer(await jobStatus(job, jobs, now()), origin);
  return {
    status,
    headers: {
      'cache-control': 'private, no-store',
      location: `${origin}${jobPath(job.jobId)}`,
      ...(hasEnded(job) ? {} : { 'retry-after': String(retryAfterSeconds(job)) }),
    },
    body: {
      ok: true,
      job_id: job.jobId,
      status: answer.status,
      ...(deduplicated ? { deduplicated: true } : {}),
      job: answer,
    },
  };
}

/** The same answer, or 304 when the caller has it already. */
export function withEtag(
  answer: ApiAnswer & { body: object },
  headers: Readonly<Record<string, string>>,
): ApiAnswer {
  const etag = `"${sha256(JSON.stringify(answer.body), 'base64url')}"`;
  const known = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  const withTag = { ...answer.headers, etag };
  const same = known.includes(etag) || known.includes('*');
  return same ? { status: 304, headers: withTag } : { ...answer, headers: withTag };
}
