import { documentClient } from '#shared/aws.ts';
import { itemFinder } from '#shared/dynamodb/find-item.dynamodb.ts';
import { sdkCalls } from '#shared/dynamodb/sdk-calls.dynamodb.ts';
import type { Link } from '#shared/links/link.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { slugReader } from '#shared/links/slug-reader.ts';
import { Recent } from '#shared/redirects/recent.ts';
import { slugResolver } from '#shared/redirects/resolve-slug.ts';
import { workspaceReader } from '#shared/workspaces/workspace-reader.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openAwsClients } from '../../local/aws-clients.ts';
import { startEmulators } from '../../local/emulators.ts';
import { createTable } from '../../local/resources/create-tables.ts';
import type { Figure } from '../bench.ts';
import { countUnits } from '../count-units.ts';
import { TABLE_KEYS } from '../table-keys.ts';
import { aLink } from './samples.ts';

const HOST = 'links.example.com';
/** Visits of a busy second at one instance. */
const VISITS = 100;
const SECONDS = 10;

/** What a redirect reads, in DynamoDB's units: by an instance that has just started, and by one that has not. */
export async function reads(): Promise<Figure[]> {
  const emulators = await startEmulators();
  const clients = openAwsClients(emulators.endpoints);
  try {
    for (const name of ['links', 'workspaces']) await createTable(clients.dynamoDb, name, TABLE_KEYS);
    const database = documentClient(clients.dynamoDb);
    const { workspaceId, domainId } = aLink({});
    await dynamodbWorkspaceStore(database, 'workspaces').addDomain({
      domainId,
      workspaceId,
      domain: HOST,
      status: 'ready',
      policy: { allowHttp: false, expirationRequired: false, expirationChangesAllowed: true },
      createdAtMs: 0,
      challenge: 'bench',
      provenAtMs: 0,
      lapsesAtMs: null,
    });
    const links = dynamodbLinkStore(database, 'links');
    const counter = countUnits(clients.dynamoDb);
    const measure = async (work: string, link: Link, coldLimit: number): Promise<Figure[]> => {
      await links.create(link);
      const { cold, hot } = await visit(sdkCalls(clients.dynamoDb), link, counter);
      return [
        figure(`${work}, first visit of an instance`, cold, coldLimit),
        figure(`${work}, ${VISITS} visits a second`, hot, 0.03),
      ];
    };
    const ours = { workspaceId, domainId, domain: HOST };
    return [
      ...(await measure('redirect', aLink({ ...ours, shortCode: 'plain' }), 2)),
      ...(await measure(
        'redirect by 60 kB of rules',
        aLink({ ...ours, shortCode: 'ruled', routingRules: LARGE_RULES }),
        20,
      )),
    ];
  } finally {
    clients.destroy();
    await emulators.stop();
  }
}

const LARGE_RULES: Link['routingRules'] = Array.from({ length: 50 }, (_, n) => ({
  name: `rule ${n}`,
  enabled: true,
  actionType: 'destination_override',
  conditions: { countryIn: ['DE'], deviceTypeIn: [], deviceOsIn: [], timeWindows: [] },
  destinationUrl: `https://example.com/?${'q'.repeat(1_000)}${n}`,
}));

async function visit(
  call: ReturnType<typeof sdkCalls>,
  { shortCode }: Link,
  counter: { units: number },
): Promise<{ cold: number; hot: number }> {
  const resolve = slugResolver({
    hosts: workspaceReader(itemFinder(call, 'workspaces')),
    links: slugReader(itemFinder(call, 'links'), new Recent(10)),
    timeouts: { knownMs: 10_000, unknownMs: 10_000 },
    remembered: 100,
    onStale: (error) => {
      throw error;
    },
  });
  const begun = counter.units;
  await resolve(HOST, shortCode, 0);
  const cold = counter.units - begun;
  for (let n = 1; n <= VISITS * SECONDS; n += 1) await resolve(HOST, shortCode, (n * 1_000) / VISITS);
  return { cold, hot: (counter.units - begun - cold) / (VISITS * SECONDS) };
}

const figure = (work: string, units: number, most: number): Figure => ({
  work,
  against: '',
  measured: `${Number(units.toFixed(3))} read units`,
  wanted: `≤ ${most}`,
  reached: units <= most,
});
