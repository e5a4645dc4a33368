import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { build } from 'esbuild';
import { redirectHandler } from '#functions/redirect/redirect.ts';
import { documentClient } from '#shared/aws.ts';
import { newUlid, newUuid } from '#shared/ids.ts';
import { type Link, NO_UTM } from '#shared/links/link.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { agentParser } from '#shared/redirects/known-agents.ts';
import { openSecrets } from '#shared/workspaces/secrets.ts';
import { buildFunctions } from '../build.ts';
import { openAwsClients } from '../local/aws-clients.ts';
import { startLocalStack } from '../local/start-local-stack.ts';
import type { Bench, Figure } from './bench.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EDGE_SECRET = 'bench';

/** What redirects cost: in process, at cold start, and through a whole stack. */
export const redirectBenches: Bench[] = [
  { name: 'redirect in process', run: inProcess },
  { name: 'redirect bundle', run: bundle },
  { name: 'redirects through the local stack', run: throughStack },
];

const AGENTS = Array.from(
  { length: 50 },
  (_, n) =>
    `Mozilla/5.0 (Linux; Android ${10 + (n % 5)}; Pixel ${n}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1${n}.0.0.0 Mobile Safari/537.36`,
);

const aLink = (members: Partial<Link>): Link => ({
  urlId: newUuid(),
  workspaceId: newUuid(),
  domainId: newUuid(),
  domain: 'localhost',
  shortCode: 'bench',
  destinationUrl: 'https://example.com/landing?a=1',
  title: null,
  utm: { ...NO_UTM, source: 'bench', medium: 'load' },
  customQueryParams: {},
  space: null,
  tags: ['bench'],
  type: 'unified',
  status: 'active',
  expiresAtMs: null,
  passwordHash: null,
  redirectStatusCode: 302,
  passClickId: true,
  routingRules: [],
  qr: null,
  createdBy: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  version: 1,
  ...members,
});

async function inProcess(): Promise<Figure[]> {
  const secrets = openSecrets(
    {
      read: async () => [{ version: 1, secret: Buffer.alloc(32, 7), signsFromMs: 0 }],
      replace: async () => true,
    },
    Date.now,
  );
  const link = aLink({});
  const redirect = redirectHandler({
    edgeSecret: EDGE_SECRET,
    timeoutMs: 4_800,
    now: Date.now,
    newClickId: newUlid,
    random: Math.random,
    secure: true,
    secrets,
    limiter: { take: () => Promise.reject(new Error('no password is tried here')) },
    verifyPassword: async () => ({ matches: false }),
    parseAgent: agentParser(2_000),
    resolve: async () => link,
    keepClick: async (click) => void JSON.stringify(click),
    onError: (error) => {
      throw error;
    },
  });
  const empty = async (_: APIGatewayProxyEventV2) => ({ statusCode: 302, headers: { location: '/' } });
  const [redirectMs, emptyMs] = await interleaved([redirect, empty]);
  const moreMs = redirectMs! - emptyMs!;
  return [
    {
      work: 'redirect, in process without stores',
      against: 'an empty handler',
      measured: `${moreMs.toFixed(4)} ms more`,
      wanted: '≤ 0.2 ms more',
      reached: moreMs <= 0.2,
    },
  ];
}

type Handler = (event: APIGatewayProxyEventV2) => Promise<unknown>;

/** Milliseconds that one call of each handler takes: medians of rounds that alternate between them. */
async function interleaved(handlers: Handler[], rounds = 41, calls = 500): Promise<number[]> {
  const taken: number[][] = handlers.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [n, handler] of handlers.entries()) {
      const begun = performance.now();
      for (let call = 0; call < calls; call += 1) await handler(anEvent(call));
      taken[n]!.push((performance.now() - begun) / calls);
    }
  }
  return taken.map(median);
}

const anEvent = (n: number) =>
  ({
    rawPath: '/bench',
    rawQueryString: n % 5 === 0 ? 'nr=qr' : '',
    headers: {
      'x-slugline-edge': EDGE_SECRET,
      'x-slugline-host': 'localhost:3001',
      'user-agent': AGENTS[n % AGENTS.length],
      referer: 'https://www.instagram.com/',
      'cloudfront-viewer-address': `198.51.100.${n % 250}:40000`,
      'cloudfront-viewer-country': 'DE',
      'cloudfront-viewer-country-name': 'Germany',
      'cloudfront-viewer-city': 'M%C3%BCnchen',
    },
    requestContext: { http: { method: 'GET' } },
  }) as unknown as APIGatewayProxyEventV2;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const MAX_BYTES = 600_000;
const MAX_LOAD_RATIO = 1.2;

/** The two clients that any redirect with a queue and tables needs, and nothing else. */
const CLIENTS = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  export const clients = [new DynamoDBClient(), new SQSClient()];
  export { GetItemCommand, PutItemCommand, SendMessageCommand };
`;

async function bundle(): Promise<Figure[]> {
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

const LOAD_MS = 5_000;
const CONNECTIONS = 8;

async function throughStack(): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'slugline-bench-'));
  const stack = await startLocalStack({ dir, port: 0, shortPort: 0 });
  try {
    const { workspaceId, domainId } = stack;
    const clients = openAwsClients(stack.endpoints);
    const links = dynamodbLinkStore(documentClient(clients.dynamoDb), stack.resources.LinksTable!);
    await links.create(aLink({ workspaceId, domainId }));
    clients.destroy();
    await load(`${stack.shortUrl}/bench`, 1_000);
    const latencies = await load(`${stack.shortUrl}/bench`, LOAD_MS);
    const sorted = latencies.toSorted((a, b) => a - b);
    const percentile = (share: number) => sorted[Math.floor(sorted.length * share)]!.toFixed(1);
    return [
      {
        work: `redirects on ${CONNECTIONS} connections, click queued, edge and emulators included`,
        against: '–',
        measured: `${((latencies.length / LOAD_MS) * 1000).toFixed(0)}/s, p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`,
        wanted: '',
        reached: true,
      },
    ];
  } finally {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Visits a link over and over for a while; the milliseconds of each answer. @throws Error unless all redirect */
async function load(url: string, forMs: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const until = performance.now() + forMs;
  const latencies: number[] = [];
  const connection = async (first: number) => {
    for (let n = first; performance.now() < until; n += CONNECTIONS) {
      const begun = performance.now();
      const status = await statusOf(url, agent, AGENTS[n % AGENTS.length]!);
      if (status !== 302) throw new Error(`${url} answered ${status} instead of 302`);
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => connection(n)));
  agent.destroy();
  return latencies;
}

const statusOf = (url: string, agent: Agent, userAgent: string): Promise<number> =>
  new Promise((answered, failed) => {
    get(url, { agent, headers: { 'user-agent': userAgent } }, (response) => {
      response.resume().once('end', () => answered(response.statusCode!));
    }).once('error', failed);
  });
