import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildFunctions } from '../../build.ts';
import type { Figure } from '../bench.ts';
import { EDGE_SECRET, median } from './samples.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const MAX_BYTES = 120_000;
const MAX_LOAD_RATIO = 0.4;

/** The SDK's clients for a queue and tables, and nothing else. */
const CLIENTS = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  export const clients = [new DynamoDBClient(), new SQSClient()];
  export { GetItemCommand, PutItemCommand, SendMessageCommand };
`;

/** What a cold start has to load. */
export async function bundle(): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'slugline-bench-'));
  try {
    await buildFunctions({ to: join(dir, 'functions') });
    const redirect = join(dir, 'functions/redirect/index.mjs');
    const clients = join(dir, 'clients.mjs');
    await bundleClients(clients);
    const [bytes, clientBytes] = await Promise.all(
      [redirect, clients].map(async (file) => (await stat(file)).size),
    );
    const [loadMs, clientMs] = await loadTimes([redirect, clients]);
    const ratio = median(loadMs!.map((ms, round) => ms / clientMs![round]!));
    return [
      {
        work: 'redirect bundle',
        against: `the SDK's SQS and DynamoDB clients alone (${kilobytes(clientBytes!)})`,
        measured: kilobytes(bytes!),
        wanted: `≤ ${kilobytes(MAX_BYTES)}`,
        reached: bytes! <= MAX_BYTES,
      },
      {
        work: 'redirect bundle, processor time to load',
        against: `the same two clients (${median(clientMs!).toFixed(0)} ms)`,
        measured: `${ratio.toFixed(2)}× (${median(loadMs!).toFixed(0)} ms)`,
        wanted: `≤ ${MAX_LOAD_RATIO}×`,
        reached: ratio <= MAX_LOAD_RATIO,
      },
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

async function bundleClients(outfile: string): Promise<void> {
  await build({
    stdin: { contents: CLIENTS, resolveDir: ROOT, loader: 'js' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
}

/** Processor time: unlike the clock it does not count what else the machine does. */
const LOAD = `
  const begun = process.cpuUsage();
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(begun);
  console.log((user + system) / 1000);
`;

/** What the function is given; nothing is asked of these while it loads. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  WORKSPACES_TABLE: 'w',
  LINKS_TABLE: 'l',
  CLICKS_TABLE: 'c',
  CLICKS_QUEUE_URL: 'http://localhost/q',
  EDGE_SECRET,
  EDGE_SECRET_PREVIOUS: '',
  SHORT_ORIGIN: 'https://{domain}',
  HORIZON_SECONDS: '60',
};

/** Milliseconds that fresh processes take to import each file, in rounds that alternate between the files. */
async function loadTimes(files: string[], rounds = 31): Promise<number[][]> {
  const taken: number[][] = files.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [n, file] of files.entries()) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', LOAD, pathToFileURL(file).href],
        { env: ENVIRONMENT },
      );
      taken[n]!.push(Number(stdout));
    }
  }
  return taken;
}
