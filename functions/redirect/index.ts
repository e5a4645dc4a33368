import { documentClient, dynamodbClient, sqsClient } from '#shared/aws.ts';
import { sqsClickQueue } from '#shared/clicks/click-queue.sqs.ts';
import { journalLine } from '#shared/clicks/journal.ts';
import { readEnv } from '#shared/env.ts';
import { newUlid } from '#shared/ids.ts';
import { dynamodbSlugReader } from '#shared/links/slug-reader.dynamodb.ts';
import { clickKeeper } from '#shared/redirects/keep-click.ts';
import { agentParser } from '#shared/redirects/known-agents.ts';
import { lastingSecrets } from '#shared/redirects/lasting-secrets.ts';
import { slugResolver } from '#shared/redirects/resolve-slug.ts';
import { dynamodbSecretStore } from '#shared/workspaces/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/workspaces/secrets.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { failureLine } from './log.ts';
import { redirectHandler } from './redirect.ts';

/** The function has five seconds; all of these together leave time for an answer. */
const LOOK_UP_TIMEOUT_MS = 700;
const QUEUE_TIMEOUT_MS = 500;

const env = readEnv('WORKSPACES_TABLE', 'LINKS_TABLE', 'CLICKS_TABLE', 'CLICKS_QUEUE_URL', 'EDGE_SECRET');
const writeLine = (line: string) => void process.stdout.write(`${line}\n`);
const now = Date.now;
const database = documentClient(dynamodbClient());
const queue = sqsClickQueue(sqsClient(), env.CLICKS_QUEUE_URL, QUEUE_TIMEOUT_MS);
const secrets = openSecrets(dynamodbSecretStore(database, env.WORKSPACES_TABLE), now);

export const handler = redirectHandler({
  edgeSecret: env.EDGE_SECRET,
  now,
  newClickId: newUlid,
  random: Math.random,
  secure: true,
  secrets: lastingSecrets(secrets, LOOK_UP_TIMEOUT_MS),
  parseAgent: agentParser(2_000),
  resolve: slugResolver({
    hosts: dynamodbWorkspaceStore(database, env.WORKSPACES_TABLE),
    links: dynamodbSlugReader(database, env.LINKS_TABLE),
    timeoutMs: LOOK_UP_TIMEOUT_MS,
    remembered: 10_000,
    onStale: (error) => writeLine(failureLine('a look-up was answered from memory', error)),
  }),
  keepClick: clickKeeper({
    ways: [{ name: 'queue', keep: queue.send }],
    journal: (click) => writeLine(journalLine(click, now())),
    onFailure: (way, error) => writeLine(failureLine(`a click was not taken by the ${way}`, error)),
  }),
  onError: (error) => writeLine(failureLine('a visit met an error', error)),
});
