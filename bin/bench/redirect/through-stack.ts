import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClient } from '#shared/aws.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { openAwsClients } from '../../local/aws-clients.ts';
import { startLocalStack } from '../../local/start-local-stack.ts';
import type { Figure } from '../bench.ts';
import { AGENTS, aLink } from './samples.ts';

const LOAD_MS = 5_000;
const CONNECTIONS = 8;

/** How fast a whole stack on this machine redirects. */
export async function throughStack(): Promise<Figure[]> {
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
