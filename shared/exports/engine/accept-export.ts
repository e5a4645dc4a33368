import { canonicalJson } from '#shared/canonical-json.ts';
import { type ClockGuard, ClockSkewError } from '#shared/clicks/clock-guard.ts';
import { Problem } from '#shared/problem.ts';
import { sha256 } from '#shared/sha256.ts';
import type { Plan } from '#shared/workspaces/plans.ts';
import {
  type ExportJob,
  type IdempotencyRow,
  type IdRun,
  type JobWarning,
  type ListRun,
  UNTOUCHED,
} from '../jobs/job.ts';
import { splitSpec } from '../jobs/long-lists.ts';
import { accept, noSlots } from '../jobs/steps/admission.ts';
import { IDEMPOTENCY_MS } from '../jobs/timings.ts';
import { carryOut } from './carry-out.ts';
import type { JobTools } from './export-tools.ts';
import type { KindRegistry } from './kind.ts';
import { waitersOf } from './places.ts';

export type ExportRequest = {
  workspaceId: string;
  plan: Plan;
  kind: string;
  /** Validated by the schema of its kind. */
  spec: Readonly<Record<string, unknown>>;
  /** What the job says of its request. */
  warnings?: readonly JobWarning[];
  requestedBy: ExportJob['requestedBy'];
  /** The caller's Idempotency-Key. */
  idempotencyKey: string | undefined;
  /** Makes a new job even when one of the same spec is running. */
  force: boolean;
};

/** What of a spec stands beside its job. */
type ListRecord = IdRun | ListRun;

export type Accepted = { job: ExportJob; outcome: 'accepted' | 'running already' | 'repeated' };

/** `guard`: what was recorded until then is told by the clock here, so it must agree with the database's. */
export type AcceptTools = JobTools & { kinds: KindRegistry; horizonMs: number; guard: ClockGuard };

/**
 * Records a job in one transaction with its place and its Idempotency-Key, then rings for it. Once this returns, the
 * job will end, whatever happens to the message.
 * @throws Problem 'too_many_export_jobs' with the active jobs, 'idempotency_conflict', 'date_range_exceeds_retention',
 *   and 'unavailable' while the clock here is wrong
 */
export async function acceptExport(request: ExportRequest, tools: AcceptTools): Promise<Accepted> {
  await requireClock(tools.guard);
  const nowMs = tools.now();
  tools.kinds(request.kind).check(request.spec, { plan: request.plan, nowMs });
  const { job, lists } = newJob(request, tools, nowMs);
  return carryOut<Accepted>(tools, () => decide(request, job, lists, tools));
}

async function requireClock(guard: ClockGuard): Promise<void> {
  try {
    await guard.check();
  } catch (cause) {
    if (!(cause instanceof ClockSkewError)) throw cause;
    throw new Problem('unavailable', 'Exports cannot be accepted at the moment.', {
      cause,
      retryAfterSeconds: 30,
    });
  }
}

async function decide(
  { workspaceId, plan, idempotencyKey, force }: ExportRequest,
  job: ExportJob,
  lists: readonly ListRecord[],
  { jobs, now }: AcceptTools,
) {
  const keyHash = idempotencyKey === undefined ? undefined : sha256(idempotencyKey, 'hex');
  const [written, slots = noSlots(workspaceId), used] = await Promise.all([
    jobs.findJob(workspaceId, job.jobId),
    jobs.findSlots(workspaceId),
    keyHash === undefined ? undefined : jobs.findIdempotency(workspaceId, keyHash),
  ]);
  if (written) return { result: { job: written, outcome: 'accepted' as const } };
  const repeated = used && (await repeatedJob(used, job, jobs, now()));
  if (repeated) return { result: { job: repeated, outcome: 'repeated' as const } };

  const waiters = await waitersOf(jobs, slots, plan.runningExports);
  const caps = { running: plan.runningExports, waiting: plan.waitingExports };
  const acceptance = accept(job, slots, caps, { force, waiters, nowMs: job.createdAtMs });
  const keyOf = (jobId: string): IdempotencyRow[] =>
    keyHash === undefined ? [] : [idempotencyRow(job, jobId, keyHash, used?.version ?? 0)];

  switch (acceptance.outcome) {
    case 'full':
      throw tooMany(acceptance.activeJobIds, plan);
    case 'running already': {
      const running = (await jobs.findJob(workspaceId, acceptance.jobId))!;
      const records = keyOf(running.jobId);
      const step = records.length > 0 ? { records, rings: [] } : undefined;
      return { step, result: { job: running, outcome: 'running already' as const } };
    }
    case 'accepted': {
      const records = [...acceptance.records, ...keyOf(job.jobId), ...lists];
      const accepted = acceptance.records.find(
        (record) => record.record === 'job' && record.jobId === job.jobId,
      );
      return {
        step: { records, rings: acceptance.rings },
        result: { job: accepted as ExportJob, outcome: 'accepted' as const },
      };
    }
  }
}

/** The job that an Idempotency-Key made, while the key lasts. @throws Problem 'idempotency_conflict' */
async function repeatedJob(
  used: IdempotencyRow,
  job: ExportJob,
  jobs: JobTools['jobs'],
  nowMs: number,
): Promise<ExportJob | undefined> {
  if (used.createdAtMs + IDEMPOTENCY_MS <= nowMs) return undefined;
  if (used.specHash === job.specHash) return jobs.findJob(job.workspaceId, used.jobId);
  throw new Problem(
    'idempotency_conflict',
    `this Idempotency-Key made the export ${used.jobId} with another spec; keys are held for 24 hours`,
  );
}

const idempotencyRow = (
  { workspaceId, specHash, createdAtMs }: ExportJob,
  jobId: string,
  keyHash: string,
  version: number,
): IdempotencyRow => ({ record: 'idempotency', version, workspaceId, keyHash, jobId, specHash, createdAtMs });

const tooMany = (activeJobIds: readonly string[], plan: Plan): Problem =>
  new Problem(
    'too_many_export_jobs',
    `${activeJobIds.length} exports are running or waiting; the plan allows ${plan.runningExports} running and ${plan.waitingExports} waiting`,
    { details: { active_job_ids: activeJobIds }, retryAfterSeconds: 30 },
  );

function newJob(
  { workspaceId, kind, spec, requestedBy, warnings = [] }: ExportRequest,
  { kinds, newId, horizonMs }: AcceptTools,
  nowMs: number,
): { job: ExportJob; lists: ListRecord[] } {
  const jobId = newId();
  const { stored, idRuns, listRuns } = splitSpec(jobId, spec);
  const job: ExportJob = {
    ...UNTOUCHED,
    jobId,
    workspaceId,
    kind,
    spec: stored,
    specHash: sha256(canonicalJson({ kind, spec }), 'hex'),
    idRuns: idRuns.length,
    listRuns: listRuns.length,
    warnings,
    requestedBy,
    snapshotMs: kinds(kind).snapshotMs(nowMs, horizonMs),
    createdAtMs: nowMs,
  };
  return { job, lists: [...idRuns, ...listRuns] };
}
