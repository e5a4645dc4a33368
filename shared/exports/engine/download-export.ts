import type { Secrets } from '#shared/credentials/secrets.ts';
import { openToken, signToken } from '#shared/credentials/signed-token.ts';
import { Problem } from '#shared/problem.ts';
import type { FileStore } from '../files/file-store.ts';
import { type ExportFile, type ExportJob, stateAt } from '../jobs/job.ts';

/** Long enough to begin a download, short enough that a leaked link is soon dead. */
const LINK_SECONDS = 300;

/** How long a link that is mailed or polled for stays good, ms; the file may expire before it. */
export const TOKEN_MS = 7 * 86_400_000;

export type MintedLink = { url: string; expiresAtMs: number };

/**
 * A link to a file of a job, made now. A link signed by a function's role dies with the role's session, whatever
 * expiry it names, so none is stored.
 * @param name  of one of the files; the first unless given
 * @param regenerateUrl  told to whoever comes too late
 * @throws Problem 'export_not_ready', 'export_job_failed', 'export_canceled', 'export_expired' or 'not_found'
 */
export async function mintDownload(
  job: ExportJob,
  { name, regenerateUrl }: { name?: string | undefined; regenerateUrl: string },
  { files, nowMs }: { files: FileStore; nowMs: number },
): Promise<MintedLink> {
  requireReady(job, nowMs, regenerateUrl);
  const file = name === undefined ? job.files[0] : job.files.find((candidate) => candidate.name === name);
  if (!file) throw noSuchFile(job, name);
  if ((await files.size(file.key)) === undefined) throw expired(job, regenerateUrl);
  return { url: await files.signDownload(file.key, LINK_SECONDS), expiresAtMs: nowMs + LINK_SECONDS * 1000 };
}

function requireReady(job: ExportJob, nowMs: number, regenerateUrl: string): void {
  const state = stateAt(job, nowMs);
  if (state === 'ready') return;
  if (state === 'expired') throw expired(job, regenerateUrl);
  if (state === 'failed')
    throw new Problem(
      'export_job_failed',
      `the export failed: ${job.failure?.message ?? 'for an unknown reason'}`,
    );
  if (state === 'canceled') throw new Problem('export_canceled', 'the export was canceled; it has no file');
  throw new Problem('export_not_ready', `the export is ${state}; its file is not there yet`, {
    retryAfterSeconds: retryAfterSeconds(job),
  });
}

const expired = (job: ExportJob, regenerateUrl: string): Problem =>
  new Problem('export_expired', `the file of export ${job.jobId} is no longer kept`, {
    details: { regenerate_url: regenerateUrl },
  });

function noSuchFile(job: ExportJob, name: string | undefined): Problem {
  const names = job.files.map((file: ExportFile) => file.name).join(', ') || 'none';
  return new Problem('not_found', `the export has no file ${name?.slice(0, 120) ?? ''}; it has: ${names}`);
}

/** When to ask again for a job that has not ended. */
export const retryAfterSeconds = (job: ExportJob): number =>
  job.state === 'queued' && !job.admitted ? 10 : 2;

const PURPOSE = 'export-download';
type Payload = { workspaceId: string; jobId: string };

/** A token for `/d/{token}`, good for seven days and checked against the job at each use. */
export const downloadToken = (
  secrets: Secrets,
  { workspaceId, jobId }: Payload,
  nowMs: number,
): Promise<string> => signToken(secrets, PURPOSE, { workspaceId, jobId }, nowMs + TOKEN_MS);

/** Which job a token is for; undefined when it is not ours or has expired. */
export const openDownloadToken = (
  secrets: Secrets,
  token: string,
  nowMs: number,
): Promise<Payload | undefined> => openToken<Payload>(secrets, PURPOSE, token, nowMs);
