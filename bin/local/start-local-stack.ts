import { join, resolve } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bootstrapWorkspace, type Credentials } from '#shared/workspaces/bootstrap.ts';
import { synthesizeIfStale } from '../synthesize.ts';
import { type AwsClients, openAwsClients } from './aws-clients.ts';
import { AWS_ENVIRONMENT } from './aws-environment.ts';
import { openFront } from './edge/front.ts';
import { type Edge, openEdge } from './edge/open-edge.ts';
import { type Endpoints, startEmulators } from './emulators.ts';
import { writeEndpointsFile } from './endpoints-file.ts';
import { describeFunctions } from './lambda/describe-functions.ts';
import { LocalFunctions } from './lambda/local-functions.ts';
import { listen } from './listen.ts';
import { readLocalFile, writeLocalFile } from './local-file.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { createBuckets } from './resources/create-buckets.ts';
import { createQueues } from './resources/create-queues.ts';
import { createTables } from './resources/create-tables.ts';
import { openStacks, type Stacks } from './template/open-stacks.ts';
import { openEventSources } from './triggers/open-event-sources.ts';
import { startSchedules } from './triggers/schedules.ts';

/** How long invocations in hand may go on when the stack stops. */
const GRACE_MS = 3000;
/** The first short domain; ports do not matter when a host is looked up. */
const SHORT_DOMAIN = 'localhost';

export interface LocalStackOptions {
  /** Where all data is kept. */
  dir: string;
  /** Of the API and of the short domain; 0 for any that is free. */
  port: number;
  shortPort: number;
  /** Parameters of the service stack, beside those that suit one machine. */
  parameters?: Record<string, string>;
  /** A cloud assembly that is there already; else this repository's own, made anew when its sources changed. */
  outdir?: string;
  /** Emulators that run elsewhere already. */
  elsewhere?: Partial<Endpoints>;
  /** Takes warnings and errors of the functions, line by line. */
  log?(line: string): void;
}

export interface LocalStack extends Credentials {
  dir: string;
  apiUrl: string;
  shortUrl: string;
  endpoints: Endpoints;
  /** The outputs of the service stack: names of tables and bucket, URLs of queues. */
  resources: Record<string, string>;
  functions: LocalFunctions;
  /** Whether there was no `local.json` before. */
  isNew: boolean;
  /** Ends everything and waits for it; invocations in hand get a moment. */
  stop(): Promise<void>;
}

/** What has been started so far, to be ended in the opposite order. */
type Started = AsyncDisposableStack;

/**
 * Starts everything that the synthesized templates describe, on this machine.
 * Whatever fails, nothing of it is left running.
 * @throws Error in a sentence, for a data directory in use or a port that is taken
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const started = new AsyncDisposableStack();
  try {
    return await start({ ...options, dir: resolve(options.dir) }, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function start(options: LocalStackOptions, started: Started): Promise<LocalStack> {
  const { dir, elsewhere = {} } = options;
  started.defer(await lockDataDir(dir));
  const fronts = await openFronts(options, started);
  const outdir = options.outdir ?? (await synthesizeIfStale());
  const emulators = await startEmulators({ dir, elsewhere });
  started.defer(() => emulators.stop());
  const { endpoints } = emulators;
  const clients = openAwsClients(endpoints);
  started.defer(() => clients.destroy());

  const stacks = await openStacks({
    outdir,
    dir,
    sqsEndpoint: endpoints.AWS_ENDPOINT_URL_SQS,
    parameters: { ...localParameters(fronts.shortPort), ...options.parameters },
  });
  await createResources(clients, stacks);
  const functions = await openFunctions(stacks, { ...options, outdir, endpoints }, started);
  fronts.lead(openEdge(stacks.service, functions));
  const { apiUrl, shortUrl } = fronts;
  const resources = stacks.service.outputs() as Record<string, string>;
  const access = await openWorkspace({ dir, apiUrl, shortUrl, clients, table: resources.WorkspacesTable! });
  const environment = { ...AWS_ENVIRONMENT, ...endpoints };
  // The template's own names for these lead to AWS.
  const places = { ApiUrl: apiUrl, ShortUrl: shortUrl, ShortDomain: SHORT_DOMAIN };
  started.defer(await writeEndpointsFile(dir, { environment, outputs: { ...resources, ...places } }));
  openTriggers({ stacks, clients, functions }, started);
  // The first thing to happen at the end; requests in hand still get their answer.
  started.defer(() => void fronts.close());
  return {
    dir,
    apiUrl,
    shortUrl,
    ...access,
    endpoints,
    resources,
    functions,
    stop: () => started.disposeAsync(),
  };
}

/** What suits one machine: everything comes sooner than on AWS. */
const localParameters = (shortPort: number) => ({
  HorizonSeconds: '6',
  ShortOrigin: `http://{domain}:${shortPort}`,
  SweepRate: 'rate(5 seconds)',
  RollUpRate: 'rate(3 seconds)',
});

/** Takes both ports first: a stack without them is not worth starting. Early requests wait. */
async function openFronts({ port, shortPort }: LocalStackOptions, started: Started) {
  const api = openFront();
  const short = openFront();
  const close = async () => void (await Promise.all([api.close(), short.close()]));
  started.defer(close);
  const apiPort = await listen(api.server, { port, purpose: 'the API', variable: 'PORT' });
  const shortWish = { port: shortPort, purpose: 'the short domain', variable: 'SHORT_PORT' };
  const takenShortPort = await listen(short.server, shortWish);
  return {
    apiUrl: `http://localhost:${apiPort}`,
    shortUrl: `http://${SHORT_DOMAIN}:${takenShortPort}`,
    shortPort: takenShortPort,
    lead: (edge: Edge) => {
      api.lead(edge.api);
      short.lead(edge.short);
    },
    close,
  };
}

async function createResources(clients: AwsClients, { data, service }: Stacks): Promise<void> {
  for (const stack of [data, service])
    await Promise.all([
      createTables(clients.dynamoDb, stack),
      createQueues(clients.sqs, stack),
      createBuckets(clients.s3, stack),
    ]);
}

async function openFunctions(
  { service }: Stacks,
  {
    dir,
    outdir,
    endpoints,
    log = () => undefined,
  }: LocalStackOptions & { outdir: string; endpoints: Endpoints },
  started: Started,
): Promise<LocalFunctions> {
  const functions = await LocalFunctions.open({
    descriptions: describeFunctions(service, outdir),
    shared: { ...endpoints },
    logDir: join(dir, 'logs'),
    show: log,
  });
  started.defer(() => functions.stop(GRACE_MS));
  return functions;
}

function openTriggers(
  { stacks, clients, functions }: { stacks: Stacks; clients: AwsClients; functions: LocalFunctions },
  started: Started,
): void {
  const sources = openEventSources({ stack: stacks.service, sqs: clients.sqs, functions });
  const schedules = startSchedules(stacks.service, functions);
  started.defer(async () => {
    schedules.stop();
    await Promise.all(sources.map((source) => source.stop(GRACE_MS)));
  });
}

interface Opening {
  dir: string;
  apiUrl: string;
  shortUrl: string;
  clients: AwsClients;
  /** The Workspaces table. */
  table: string;
}

/** The workspace of this data directory, its key and secret as before while `local.json` has them. */
async function openWorkspace(opening: Opening): Promise<Credentials & { isNew: boolean }> {
  const { dir, apiUrl, shortUrl, clients, table } = opening;
  const existing = await readLocalFile(dir);
  const credentials = await bootstrapWorkspace({
    database: DynamoDBDocumentClient.from(clients.dynamoDb, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    table,
    now: Date.now,
    host: SHORT_DOMAIN,
    workspaceName: 'Local workspace',
    existing,
  });
  await writeLocalFile(dir, { apiUrl, shortUrl, ...credentials });
  return { ...credentials, isNew: existing === undefined };
}
