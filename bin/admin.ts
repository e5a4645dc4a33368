/** `npm run admin -- <command>`: what only the operator may do, on the local stack or a deployed one. */
import { findDeployment } from './admin/deployment.ts';
import { runAdmin } from './admin/run-admin.ts';
import { progress } from './demo/progress.ts';

process.exitCode = await runAdmin(process.argv.slice(2), {
  findDeployment,
  now: Date.now,
  dir: process.env.SLUGLINE_DIR,
  print: (line) => console.log(line),
  warn: (line) => console.error(line),
  progress: (label, total) => progress(label, total, process.stderr),
});
