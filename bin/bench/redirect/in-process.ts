import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { redirectHandler } from '#functions/redirect/redirect.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { newUlid } from '#shared/ids.ts';
import { agentParser } from '#shared/redirects/known-agents.ts';
import type { Figure } from '../bench.ts';
import { AGENTS, aLink, EDGE_SECRET, median } from './samples.ts';

/** What a redirect takes when every store answers at once. */
export async function inProcess(): Promise<Figure[]> {
  const secrets = openSecrets(
    {
      read: async () => [{ version: 1, secret: Buffer.alloc(32, 7), signsFromMs: 0 }],
      replace: async () => true,
    },
    Date.now,
  );
  const link = aLink({});
  const redirect = redirectHandler({
    edgeSecrets: [EDGE_SECRET],
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
