import { jobPrefixes } from '../files/file-keys.ts';
import type { FileStore } from '../files/file-store.ts';
import type { ExportJob } from '../jobs/job.ts';
import { keepsFiles } from '../jobs/outcomes.ts';

/** Removes what an ended job no longer needs: all but the files that can be downloaded, unfinished uploads too. */
export async function cleanExport(job: ExportJob, files: FileStore): Promise<void> {
  const keep = new Set(keepsFiles(job) ? job.files.map(({ key }) => key) : []);
  for (const prefix of Object.values(jobPrefixes(job))) {
    const { keys, uploads } = await files.list(prefix);
    for (const upload of uploads) await files.abort(upload);
    await files.remove(keys.filter((key) => !keep.has(key)));
  }
}
