import type { DeploymentOptions } from '#bin/admin/deployment.ts';
import { runAdmin } from '#bin/admin/run-admin.ts';
import { openBucket, openTables } from './resources.ts';

/** The admin command on tables of its own: each call gives the exit code and the lines that it printed. */
export async function openAdmin() {
  const tables = await openTables();
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  const asked: DeploymentOptions[] = [];
  const deployment = {
    name: 'the tables of a test',
    laptop: false,
    outputs: {
      ApiUrl: 'https://api.example.com',
      ShortUrl: 'https://go.example.com',
      ShortDomain: 'go.example.com',
      WorkspacesTable: tables.workspaces,
      LinksTable: tables.links,
      ClicksTable: tables.clicks,
      JobsTable: tables.jobs,
      FilesBucket: await openBucket(),
      ShortUrlPattern: 'https://{domain}',
      HorizonInSeconds: '6',
    },
  };
  const admin = async (...argv: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runAdmin(argv, {
      findDeployment: async (options) => {
        asked.push(options);
        return deployment;
      },
      now: () => clock.nowMs,
      dir: undefined,
      print: (line) => void out.push(line),
      warn: (line) => void err.push(line),
      progress: () => ({ at: () => undefined, end: () => undefined }),
    });
    return { code, out, err: err.join('\n') };
  };
  return { admin, tables, clock, asked, deployment };
}
