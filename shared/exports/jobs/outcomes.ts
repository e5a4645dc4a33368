import { type ExportFile, type ExportJob, type JobState, stateAt } from './job.ts';

type Outcome = {
  /** Whether the job's files are named where the job is shown. */
  lists: boolean;
  /** Which of them can be downloaded: all, also without naming one; only one that is asked for by name; none. */
  gives: 'all' | 'named' | 'none';
};

/** What a job shows of its files, by its state. An ended job has files whatever became of it. */
export const OUTCOMES: Readonly<Record<JobState, Outcome>> = {
  queued: { lists: false, gives: 'none' },
  processing: { lists: false, gives: 'none' },
  ready: { lists: true, gives: 'all' },
  // What the job tells of its failure, such as a manifest; whoever asks for the export itself learns that there is none.
  failed: { lists: true, gives: 'named' },
  canceled: { lists: false, gives: 'none' },
  expired: { lists: true, gives: 'none' },
};

/** The files that are named where a job is shown. */
export const filesListed = ({ state, files }: ExportJob): readonly ExportFile[] =>
  OUTCOMES[state].lists ? files : [];

/** True while objects of the job must stay. */
export const keepsFiles = ({ state, files }: ExportJob): boolean =>
  OUTCOMES[state].gives !== 'none' && files.length > 0;

/** True once the time of a job's files has run out, whether or not the sweeper has seen it. */
export const filesExpired = (job: ExportJob, nowMs: number): boolean =>
  stateAt(job, nowMs) === 'expired' || (job.expiresAtMs !== null && job.expiresAtMs <= nowMs);

/** The file that a download gets. @param name  the first one unless given */
export function fileGiven(job: ExportJob, name: string | undefined, nowMs: number): ExportFile | undefined {
  const { gives } = OUTCOMES[stateAt(job, nowMs)];
  if (gives === 'none' || filesExpired(job, nowMs)) return undefined;
  if (name !== undefined) return job.files.find((file) => file.name === name);
  return gives === 'all' ? job.files[0] : undefined;
}
