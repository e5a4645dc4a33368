import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '#shared/aws.ts';
import { newWorkspace } from '#shared/credentials/bootstrap.dynamodb.ts';
import { newChallenge, newUuid, uuidMs } from '#shared/ids.ts';
import { type ImportTools, importLinks } from '#shared/links/catalog/import-links.ts';
import { createLinks } from '#shared/links/create-links.ts';
import { type Link, NO_UTM } from '#shared/links/link.ts';
import { linkItem, slugItem } from '#shared/links/link-item.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { hashPassword } from '#shared/links/password.ts';
import { newSlug } from '#shared/links/slug.ts';
import { linkQrCheck } from '#shared/qr/presets/link-qr-check.ts';
import { dynamodbPresetStore } from '#shared/qr/presets/preset-store.dynamodb.ts';
import { readyDomain } from '#shared/workspaces/domain-claim.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { type AwsClients, openAwsClients } from '../local/aws-clients.ts';
import { startEmulators } from '../local/emulators.ts';
import { createTable } from '../local/resources/create-tables.ts';
import type { Bench, Figure } from './bench.ts';
import { TABLE_KEYS } from './table-keys.ts';

const MANY = 100_000;
const FEW = 100;
const ROUNDS = 41;
/** Of the same read or write in a workspace of FEW links. */
const MAX_RATIO = 1.5;

/** What links cost in a large workspace, and what an import and a password cost. */
export const linkBenches: Bench[] = [
  { name: 'links in a large workspace', run: () => withDynamoDb(largeWorkspace) },
  { name: 'links imported', run: () => withDynamoDb(imported) },
  { name: 'links with a password', run: passwords },
];

type Tables = { links: string; workspaces: string };

async function withDynamoDb(
  measure: (clients: AwsClients, tables: Tables) => Promise<Figure[]>,
): Promise<Figure[]> {
  const emulators = await startEmulators();
  const clients = openAwsClients(emulators.endpoints);
  try {
    const tables = { links: 'links', workspaces: 'workspaces' };
    for (const name of Object.values(tables)) await createTable(clients.dynamoDb, name, TABLE_KEYS);
    return await measure(clients, tables);
  } finally {
    clients.destroy();
    await emulators.stop();
  }
}

const aLink = (workspaceId: string, n: number): Link => {
  const urlId = newUuid();
  const createdAtMs = uuidMs(urlId);
  return {
    urlId,
    workspaceId,
    domainId: workspaceId,
    domain: 'links.example.com',
    shortCode: newSlug(),
    destinationUrl: `https://example.com/products/${n}?utm_source=newsletter&utm_campaign=spring`,
    title: `Product ${n}`,
    utm: { ...NO_UTM, source: 'newsletter', campaign: 'spring' },
    customQueryParams: {},
    space: 'Marketing',
    tags: ['spring', 'eu'],
    type: 'unified',
    status: 'active',
    expiresAtMs: null,
    passwordHash: null,
    redirectStatusCode: 302,
    passClickId: false,
    forwardQuery: false,
    routingRules: [],
    qr: null,
    createdBy: null,
    createdAtMs,
    updatedAtMs: createdAtMs,
    version: 1,
  };
};

/** Writes links with their slugs, past the store: 24 items a request, a few requests at once. */
async function seed(database: DynamoDBDocumentClient, table: string, workspaceId: string, count: number) {
  const links = Array.from({ length: count }, (_, n) => aLink(workspaceId, n));
  const batches = links.keys().filter((n) => n % 12 === 0);
  const write = async () => {
    for (const n of batches) {
      const items = links.slice(n, n + 12).flatMap((link) => [linkItem(link), slugItem(link)]);
      const puts = items.map((Item) => ({ PutRequest: { Item } }));
      await database.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
    }
  };
  await Promise.all(Array.from({ length: 4 }, write));
  return links;
}

type Place = { workspaceId: string; links: Link[] };

/** What is done again and again in both workspaces. */
const WORK: Record<string, (store: LinkStore, place: Place, round: number) => Promise<unknown>> = {
  'list the 100 newest': (store, { workspaceId }) =>
    store.page({ workspaceId, order: 'descending', limit: 100 }),
  'list 50 from the middle': (store, { workspaceId, links }) =>
    store.page({ workspaceId, order: 'descending', limit: 50, after: links[links.length >> 1]!.urlId }),
  'find by slug': async (store, { workspaceId, links }, round) => {
    const { domainId, shortCode } = links[(round * 997) % links.length]!;
    const slug = await store.findSlug(domainId, shortCode, 0);
    if (slug?.kind === 'link') await store.find(workspaceId, slug.link.urlId);
  },
  create: async (store, { workspaceId }, round) => {
    const quota = { workspaceId, month: '2026-11', links: 1_000_000 };
    const request = { link: aLink(workspaceId, round), slugIsGenerated: true };
    const context = { store, quota, newSlug: () => newSlug(), shortOrigin: 'https://{domain}', nowMs: 0 };
    await createLinks([request], context);
  },
};

async function largeWorkspace({ dynamoDb }: AwsClients, tables: Tables): Promise<Figure[]> {
  const database = documentClient(dynamoDb);
  const places: Place[] = [];
  for (const count of [MANY, FEW]) {
    const workspaceId = newUuid();
    places.push({ workspaceId, links: await seed(database, tables.links, workspaceId, count) });
  }
  let requests = 0;
  dynamoDb.middlewareStack.add((next) => (request) => {
    requests += 1;
    return next(request);
  });
  const store = dynamodbLinkStore(database, tables.links, tables.workspaces);
  const figures: Figure[] = [];
  for (const [work, run] of Object.entries(WORK)) {
    requests = 0;
    const [manyMs, fewMs] = await interleaved(places, (place, round) => run(store, place, round));
    const each = requests / (2 * ROUNDS);
    const ratio = manyMs! / fewMs!;
    figures.push({
      work: `${work}, of ${MANY.toLocaleString('en')} links`,
      against: `of ${FEW} links (${fewMs!.toFixed(1)} ms)`,
      measured: `${ratio.toFixed(2)}× (${manyMs!.toFixed(1)} ms, ${each} requests)`,
      wanted: `≤ ${MAX_RATIO}×, ≤ 2 requests`,
      reached: ratio <= MAX_RATIO && each <= 2,
    });
  }
  return figures;
}

/** Milliseconds in each place: medians of rounds that alternate between them. */
async function interleaved(places: Place[], run: (place: Place, round: number) => Promise<unknown>) {
  const taken: number[][] = places.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [n, place] of places.entries()) {
      const begun = performance.now();
      await run(place, round);
      taken[n]!.push(performance.now() - begun);
    }
  }
  return taken.map(median);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** The longest that an import of 1,000 rows may take: the function has 29 s, and AWS answers sooner than this emulator. */
const MAX_IMPORT_SECONDS = 15;

async function imported({ dynamoDb }: AwsClients, tables: Tables): Promise<Figure[]> {
  const database = documentClient(dynamoDb);
  const workspaces = dynamodbWorkspaceStore(database, tables.workspaces);
  const workspace = newWorkspace(newUuid(), 'Bench', 0);
  await workspaces.create(workspace);
  const { workspaceId } = workspace;
  const now = () => 0;
  await workspaces.addDomain(
    readyDomain({ workspaceId, domain: 'links.example.com' }, { now, newId: newUuid, newChallenge }),
  );
  const rows = Array.from(
    { length: 1_000 },
    (_, n) => `https://host${n % 50}.example.com/${n},slug-${n},a\n`,
  );
  const csv = Buffer.from(`destination_url,short_code,tags\n${rows.join('')}`);
  const links = dynamodbLinkStore(database, tables.links, tables.workspaces);
  const presets = dynamodbPresetStore(database, tables.workspaces);
  const tools: ImportTools = {
    links,
    workspaces,
    shortOrigin: 'https://{domain}',
    now: Date.now,
    newId: newUuid,
    newSlug: () => newSlug(),
    openQrCheck: (owner) => linkQrCheck(owner, { presets, logos: { has: async () => false } }),
  };
  const begun = performance.now();
  const { created } = await importLinks(tools, { workspace, createdBy: null, csv });
  const seconds = (performance.now() - begun) / 1000;
  return [
    {
      work: 'import of 1,000 rows',
      against: 'the 29 s of a request',
      measured: `${created} links in ${seconds.toFixed(1)} s`,
      wanted: `≤ ${MAX_IMPORT_SECONDS} s`,
      reached: created === 1_000 && seconds <= MAX_IMPORT_SECONDS,
    },
  ];
}

async function passwords(): Promise<Figure[]> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await hashPassword(`password ${round}`);
    taken.push(performance.now() - begun);
  }
  return [
    {
      work: 'password hash (argon2id, 19 MiB, 2 passes)',
      against: '–',
      measured: `${median(taken).toFixed(0)} ms`,
      wanted: '',
      reached: true,
    },
  ];
}
