import * as z from 'zod';
import { yesOrNo } from '#functions/http/query-fields.ts';
import { route } from '#functions/http/route.ts';
import { textUpTo } from '#shared/characters.ts';
import { mintDownload, openDownloadToken } from '#shared/exports/engine/download-export.ts';
import { Problem } from '#shared/problem.ts';
import type { ExportRouteTools } from './job-answer.ts';
import { jobPath } from './job-answer.ts';
import { findJob } from './jobs.ts';

/** Why a file cannot be had though there is such an export. */
const DOWNLOAD_PROBLEMS = [
  'not_found',
  'export_not_ready',
  'export_job_failed',
  'export_canceled',
  'export_expired',
] as const;

const noStore = { 'cache-control': 'private, no-store' };

export const downloadRoutes = [
  route<ExportRouteTools>()({
    method: 'GET',
    path: '/api/exports/jobs/{job_id}/download',
    function: 'api',
    dialect: 'nimriz',
    auth: 'workspace',
    tag: 'exports',
    scope: 'exports:read',
    summary: 'Leads to the file of an export, by a link that is good for five minutes.',
    params: z.strictObject({ job_id: z.guid().toLowerCase() }),
    query: z.strictObject({
      redirect: yesOrNo().default(true).describe('false (or 0) answers with the link instead.'),
      file: z.string().optional().describe('Name of one of the files; the first unless given.'),
    }),
    problems: DOWNLOAD_PROBLEMS,
    responses: {
      302: { description: 'To the file.', headers: ['Location'] },
      200: {
        description: 'With redirect=false.',
        schema: z.object({ download_url: z.url(), expires_at: z.iso.datetime() }),
      },
    },
    handler: async ({ principal, params, query, origin }, tools) => {
      const job = await findJob(principal, params.job_id, tools);
      const regenerateUrl = `${origin}${jobPath(job.jobId)}/regenerate`;
      const { files } = tools.exports;
      const link = await mintDownload(
        job,
        { name: query.file, regenerateUrl },
        { files, nowMs: tools.now() },
      );
      if (query.redirect) return { status: 302, headers: { ...noStore, location: link.url } };
      const expires_at = new Date(link.expiresAtMs).toISOString();
      return { status: 200, headers: noStore, body: { download_url: link.url, expires_at } };
    },
  }),
  route<ExportRouteTools>()({
    method: 'GET',
    path: '/d/{token}',
    function: 'api',
    dialect: 'nimriz',
    auth: 'token',
    tag: 'exports',
    summary: 'Leads to the file of an export by a link that was handed out, for seven days.',
    params: z.strictObject({ token: textUpTo(1_000) }),
    problems: DOWNLOAD_PROBLEMS,
    responses: { 302: { description: 'To the file.', headers: ['Location'] } },
    handler: async ({ params, origin }, { secrets, exports: { jobs, files }, now }) => {
      const opened = await openDownloadToken(secrets, params.token, now());
      const job = opened && (await jobs.findJob(opened.workspaceId, opened.jobId));
      if (!job)
        throw new Problem('not_found', 'This download link is not valid, or is older than seven days.');
      const regenerateUrl = `${origin}${jobPath(job.jobId)}/regenerate`;
      const link = await mintDownload(job, { regenerateUrl }, { files, nowMs: now() });
      return { status: 302, headers: { ...noStore, location: link.url } };
    },
  }),
];
