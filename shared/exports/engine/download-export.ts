import type { Secrets } from '#shared/credentials/secrets.ts';
import { openToken, signToken } from '#shared/credentials/signed-token.ts';
import { Problem } from '#shared/problem.ts';
import type { FileStore } from '../files/file-store.ts';
import { type ExportFile, type ExportJob, stateAt } from '../jobs/job.ts';
import { fileGiven } from '../jobs/outcomes.ts';

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
  const file = fileGiven(job, name, nowMs);
  if (!file) throw notGiven(job, { name, regenerateUrl }, nowMs);
  if ((await files.size(file.key)) === undefined) throw expired(job, regenerateUrl);
  return { url: await files.signDownload(file.key, LINK_SECONDS), expiresAtMs: nowMs + LINK_SECONDS * 1000 };
}

function notGiven(
  job: ExportJob,
  { name, regenerateUrl }: { name: string | undefined; regenerateUrl: string },
  nowMs: number,
): Problem {
  const state = stateAt(job, nowMs);
  switch (state) {
    case 'ready':
      return noSuchFile(job, name);
    case 'expired':
      return expired(job, regenerateUrl);
    case 'failed':
      return new Problem(
        'export_job_failed',
        `the export failed: ${job.failure?.message ?? 'for an unknown reason'}${toldBy(job)}`,
      );
    case 'canceled':
      return new Problem('export_canceled', 'the export was canceled; it has no file');
    default:
      return new Problem('export_not_ready', `the export is ${state}; its file is not there yet`, {
        retryAfterSeconds: retryAfterSeconds(job),
      });
  }
}

/** A failed job may have a file that tells more; it is given to whoever asks for it by name. */
const toldBy = ({ files: [file] }: ExportJob): string =>
  file === undefined ? '' : `; ${file.name} tells more (file=${file.name})`;

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
