import * as z from 'zod';
import { requireScope } from '#functions/http/admit.ts';
import { listCursor } from '#functions/http/list-cursor.ts';
import { wholeNumber } from '#functions/http/query-fields.ts';
import { type ApiAnswer, type ApiRequest, route } from '#functions/http/route.ts';
import { textUpTo } from '#shared/characters.ts';
import { type Accepted, acceptExport } from '#shared/exports/engine/accept-export.ts';
import { cancelExport } from '#shared/exports/engine/cancel-export.ts';
import { countRows } from '#shared/exports/engine/export-now.ts';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import { jobPage } from '#shared/exports/jobs/job-page.ts';
import { jobStatus } from '#shared/exports/jobs/job-progress.ts';
import { idsOf, specOf } from '#shared/exports/jobs/long-lists.ts';
import { EXPORT_KIND_NAMES, exportKind } from '#shared/exports/kinds/kinds.ts';
import { unknownNames } from '#shared/exports/kinds/unknown-names.ts';
import { oneOrMore } from '#shared/input/one-or-more.ts';
import { Problem } from '#shared/problem.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import type { Principal } from '#shared/workspaces/workspace.ts';
import type { ExportRouteTools } from './job-answer.ts';
import { jobAnswer, jobEnvelope, jobEnvelopeAnswer, jobSchema, jobStates, withEtag } from './job-answer.ts';
import { countBody, newJobBody } from './job-body.ts';

/** Room for 10,000 ids. */
const JOB_BODY_BYTES = 1024 ** 2;
const cursors = listCursor('export-list', 'before', 'cursor is not one of this list, or is older than a day');

const jobParams = z.strictObject({ job_id: z.guid().toLowerCase() });
/** Why no export can be begun. */
const ACCEPT_PROBLEMS = ['date_range_exceeds_retention', 'too_many_export_jobs'] as const;
const JOB_HEADERS = ['Location', 'Retry-After?'] as const;

const common = { function: 'api', dialect: 'nimriz', auth: 'workspace', tag: 'exports' } as const;

export const jobRoutes = [
  route<ExportRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/exports/jobs',
    scope: 'exports:write',
    summary: 'Begins an export. Idempotency-Key makes a repeat safe for 24 hours.',
    bodyLimitBytes: JOB_BODY_BYTES,
    body: newJobBody,
    requestHeaders: ['Idempotency-Key'],
    problems: ACCEPT_PROBLEMS,
    responses: {
      202: { description: 'Accepted; poll Location.', schema: jobEnvelope, headers: JOB_HEADERS },
      200: {
        description: 'An identical export is running already; `force` makes another.',
        schema: jobEnvelope,
        headers: JOB_HEADERS,
      },
    },
    handler: async ({ body, ...request }, tools) =>
      acceptAnswer(await accept(body, request, tools), request, tools),
  }),
  route<ExportRouteTools>()({
    ...common,
    method: 'GET',
    path: '/api/exports/jobs',
    scope: 'exports:read',
    summary: 'Lists exports, newest first.',
    query: z.strictObject({
      limit: wholeNumber(1, 100).default(50),
      cursor: textUpTo(1_000).optional(),
      status: oneOrMore(jobStates).optional().describe('Only jobs that are in this state, or one of these.'),
      type: oneOrMore(z.enum(EXPORT_KIND_NAMES))
        .optional()
        .describe('Only jobs of this kind, or one of these.'),
    }),
    responses: {
      200: {
        description: 'One page.',
        schema: z.object({
          ok: z.literal(true),
          jobs: z.array(jobSchema),
          next_cursor: z.string().nullable(),
        }),
      },
    },
    handler: async (request, tools) => {
      const { workspaceId } = request.principal.workspace;
      const { cursor, limit, status, type } = request.query;
      const { jobs, next } = await jobPage(
        {
          workspaceId,
          before: await cursors.open(cursor, workspaceId, tools),
          limit,
          states: status && [status].flat(),
          kinds: type && [type].flat(),
          nowMs: tools.now(),
        },
        tools.exports.jobs,
      );
      const statuses = await Promise.all(jobs.map((job) => jobStatus(job, tools.exports.jobs, tools.now())));
      return {
        status: 200,
        body: {
          ok: true,
          jobs: statuses.map((status) => jobAnswer(status, request.origin)),
          next_cursor: await cursors.sign(next, workspaceId, tools),
        },
      };
    },
  }),
  route<ExportRouteTools>()({
    ...common,
    method: 'GET',
    path: '/api/exports/jobs/{job_id}',
    scope: 'exports:read',
    summary: 'Tells how an export is getting on.',
    params: jobParams,
    requestHeaders: ['If-None-Match'],
    responses: {
      200: {
        description: 'The job; Retry-After while it is unfinished.',
        schema: jobEnvelope,
        headers: [...JOB_HEADERS, 'ETag'],
      },
      304: {
        description: 'Nothing has changed since the ETag in If-None-Match.',
        headers: [...JOB_HEADERS, 'ETag'],
      },
    },
    handler: async ({ principal, params, headers, origin }, tools) => {
      const job = await findJob(principal, params.job_id, tools);
      return withEtag(await jobEnvelopeAnswer(job, { status: 200, origin }, tools), headers);
    },
  }),
  route<ExportRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/exports/jobs/{job_id}/cancel',
    scope: 'exports:write',
    summary: 'Cancels an export that has not ended.',
    params: jobParams,
    problems: ['conflict'],
    responses: { 200: { description: 'The job, canceled.', schema: jobEnvelope, headers: JOB_HEADERS } },
    handler: async ({ principal, params, origin }, tools) => {
      const job = await cancelExport(principal.workspace.workspaceId, params.job_id, tools.exports);
      if (!job) throw noSuchJob(params.job_id);
      if (job.state !== 'canceled')
        throw new Problem('conflict', `the export has ended already: it is ${job.state}`);
      return jobEnvelopeAnswer(job, { status: 200, origin }, tools);
    },
  }),
  route<ExportRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/exports/jobs/{job_id}/regenerate',
    scope: 'exports:write',
    summary: 'Begins a new export with the spec of an earlier one.',
    params: jobParams,
    requestHeaders: ['Idempotency-Key'],
    problems: ACCEPT_PROBLEMS,
    responses: {
      202: { description: 'Accepted; poll Location.', schema: jobEnvelope, headers: JOB_HEADERS },
      200: {
        description: 'An identical export is running already.',
        schema: jobEnvelope,
        headers: JOB_HEADERS,
      },
    },
    handler: async ({ params, ...request }, tools) => {
      const job = await findJob(request.principal, params.job_id, tools);
      const { jobs } = tools.exports;
      const [ids, lists] = await Promise.all([idsOf(job, jobs), specOf(job, jobs)]);
      const spec = ids === null ? lists : { ...lists, url_ids: ids };
      const accepted = await accept({ kind: job.kind, spec, force: false }, request, tools);
      return acceptAnswer(accepted, request, tools);
    },
  }),
  route<ExportRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/exports/count',
    scope: 'exports:read',
    summary: 'Counts the rows that an export would have, for up to ten seconds.',
    bodyLimitBytes: JOB_BODY_BYTES,
    body: countBody,
    problems: ['date_range_exceeds_retention'],
    responses: {
      200: {
        description: '`rows` is null when there were more than could be counted in time.',
        schema: z.object({ ok: z.literal(true), rows: z.int().nullable(), at_least: z.int() }),
      },
    },
    handler: async ({ principal: { workspace }, body: { kind, spec } }, tools) => {
      exportKind(kind).check(spec, { plan: PLANS[workspace.plan], nowMs: tools.now() });
      const ids = (spec.url_ids as string[] | undefined) ?? null;
      const wanted = { kind, spec, workspaceId: workspace.workspaceId, ids };
      const { rows, atLeast } = await countRows(wanted, tools.exports);
      return { status: 200, body: { ok: true, rows, at_least: atLeast } };
    },
  }),
];

type Request = Pick<ApiRequest, 'principal' | 'headers' | 'origin'>;

/**
 * Accepts a job in the name of the caller: the one way to a job, whatever the route that leads to it asks for.
 * @throws Problem 'forbidden' without `exports:write`
 */
export async function accept(
  { kind, spec, force }: { kind: string; spec: Readonly<Record<string, unknown>>; force: boolean },
  { principal, headers }: Request,
  tools: ExportRouteTools,
): Promise<Accepted> {
  requireScope(principal, 'exports:write', 'an export job');
  const { workspaceId, plan } = principal.workspace;
  const key = idempotencyKey(headers);
  return acceptExport(
    {
      workspaceId,
      plan: PLANS[plan],
      kind,
      spec,
      force,
      requestedBy: { keyId: principal.keyId, email: principal.email },
      idempotencyKey: key,
      warnings: await unknownNames(spec, workspaceId, tools),
    },
    tools.exports,
  );
}

/** 202 for a job that was made by this request or an earlier one with its key; 200 for one that ran already. */
export const acceptAnswer = (
  { job, outcome }: Accepted,
  { origin }: Request,
  tools: ExportRouteTools,
): Promise<ApiAnswer> => {
  const deduplicated = outcome === 'running already';
  return jobEnvelopeAnswer(job, { status: deduplicated ? 200 : 202, origin, deduplicated }, tools);
};

/** The Idempotency-Key of a request, if it has one. @throws Problem 'invalid_request' */
export function idempotencyKey(headers: Readonly<Record<string, string>>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (key.length > 0 && key.length <= 255)) return key;
  throw new Problem('invalid_request', `Idempotency-Key has ${key.length} characters; 1 to 255 are allowed`, {
    field: 'Idempotency-Key',
  });
}

/** @throws Problem 'not_found', for a job of another workspace too */
export async function findJob(
  { workspace }: Principal,
  jobId: string,
  tools: ExportRouteTools,
): Promise<ExportJob> {
  const job = await tools.exports.jobs.findJob(workspace.workspaceId, jobId);
  if (!job) throw noSuchJob(jobId);
  return job;
}

const noSuchJob = (jobId: string): Problem =>
  new Problem('not_found', `There is no export ${jobId} in this workspace.`);
