import { join, resolve } from 'node:path';
import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { synthesizeIfStale } from '../synthesize.ts';
import { type AwsClients, openAwsClients } from './aws-clients.ts';
import { AWS_ENVIRONMENT } from './aws-environment.ts';
import { openEdge } from './edge/open-edge.ts';
import { type Fronts, openFronts, SHORT_DOMAIN } from './edge/open-fronts.ts';
import { type Endpoints, startEmulators } from './emulators.ts';
import { writeEndpointsFile } from './endpoints-file.ts';
import { describeFunctions } from './lambda/describe-functions.ts';
import { LocalFunctions } from './lambda/local-functions.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { openWorkspace } from './open-workspace.ts';
import { createResources } from './resources/create-resources.ts';
import { openStacks, type Stacks } from './template/open-stacks.ts';
import { openEventSources } from './triggers/open-event-sources.ts';
import { type ReleaseSteps, stepReleaser } from './triggers/release-steps.ts';
import { startSchedules } from './triggers/schedules.ts';

/** How long invocations in hand may go on when the stack stops. */
const GRACE_MS = 3000;

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
  /** The outputs of the service stack: names of tables and bucket, URLs of queues, and of the fronts. */
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
  const { dir } = options;
  started.defer(await lockDataDir(dir));
  // Before anything that takes time: a stack without its ports is not worth starting.
  const fronts = await openFronts(options);
  started.defer(fronts.close);
  const { apiUrl, shortUrl } = fronts;
  const outdir = options.outdir ?? (await synthesizeIfStale());
  const { endpoints, clients } = await openAws(options, started);
  const stacks = await openLocalStacks(options, { outdir, endpoints, fronts });
  await createResources(clients, stacks);
  const { JobsTable, ExportsQueueUrl } = stacks.service.outputs() as Record<string, string>;
  const releaseSteps = stepReleaser(clients, { table: JobsTable, queueUrl: ExportsQueueUrl });
  // The workers of an earlier stack ended with it; tables that are elsewhere may have others.
  if (options.elsewhere?.AWS_ENDPOINT_URL_DYNAMODB === undefined) await releaseSteps(() => true);
  const functions = await openFunctions({ ...options, stacks, outdir, endpoints, releaseSteps }, started);
  fronts.lead(openEdge(stacks.service, functions));

  // The template's own addresses lead to AWS.
  const places = { ApiUrl: apiUrl, ShortUrl: shortUrl, ShortDomain: SHORT_DOMAIN };
  const resources: Record<string, string> = { ...(stacks.service.outputs() as object), ...places };
  const { dynamoDb } = clients;
  const workspace = await openWorkspace({
    dir,
    apiUrl,
    shortUrl,
    dynamoDb,
    table: resources.WorkspacesTable!,
  });
  const environment = { ...AWS_ENVIRONMENT, ...endpoints };
  started.defer(await writeEndpointsFile(dir, { environment, outputs: resources }));
  openTriggers({ stacks, clients, functions }, started);
  // The first thing to happen at the end; requests in hand still get their answer.
  started.defer(() => void fronts.close());
  const stop = () => started.disposeAsync();
  return { dir, apiUrl, shortUrl, ...workspace, endpoints, resources, functions, stop };
}

async function openAws({ dir, elsewhere = {} }: LocalStackOptions, started: Started) {
  const emulators = await startEmulators({ dir, elsewhere });
  started.defer(() => emulators.stop());
  const clients = openAwsClients(emulators.endpoints);
  started.defer(() => clients.destroy());
  return { endpoints: emulators.endpoints, clients };
}

/** The templates with parameters that suit one machine: everything comes sooner than on AWS. */
const openLocalStacks = (
  { dir, parameters }: LocalStackOptions,
  { outdir, endpoints, fronts }: { outdir: string; endpoints: Endpoints; fronts: Fronts },
): Promise<Stacks> =>
  openStacks({
    outdir,
    dir,
    sqsEndpoint: endpoints.AWS_ENDPOINT_URL_SQS,
    parameters: {
      HorizonSeconds: '6',
      ShortOrigin: `http://{domain}:${fronts.shortPort}`,
      SweepRate: 'rate(5 seconds)',
      RollUpRate: 'rate(3 seconds)',
      ...parameters,
    },
  });

interface FunctionsOptions extends LocalStackOptions {
  stacks: Stacks;
  outdir: string;
  endpoints: Endpoints;
  releaseSteps: ReleaseSteps;
}

async function openFunctions(options: FunctionsOptions, started: Started): Promise<LocalFunctions> {
  const { dir, stacks, outdir, endpoints, releaseSteps, log = () => undefined } = options;
  const functions = await LocalFunctions.open({
    descriptions: describeFunctions(stacks.service, outdir),
    shared: { ...endpoints },
    logDir: join(dir, 'logs'),
    show: log,
    onCrash: (logStream) =>
      void releaseSteps((worker) => worker === logStream).catch((error: Error) =>
        log(`the steps of a worker that ended wait for the sweeper: ${error.message}`),
      ),
  });
  started.defer(() => functions.stop(GRACE_MS));
  return functions;
}

interface Triggered {
  stacks: Stacks;
  clients: AwsClients;
  functions: LocalFunctions;
}

function openTriggers({ stacks, clients, functions }: Triggered, started: Started): void {
  const sources = openEventSources({ stack: stacks.service, sqs: clients.sqs, functions });
  const schedules = startSchedules(stacks.service, functions);
  started.defer(async () => {
    schedules.stop();
    await Promise.all(sources.map((source) => source.stop(GRACE_MS)));
  });
}
