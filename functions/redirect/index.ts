import type { Click } from '#shared/clicks/click.ts';
import { sqsClickQueue } from '#shared/clicks/click-queue.sqs.ts';
import { ClockWatch, clockGuard } from '#shared/clicks/clock-guard.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { journalLine } from '#shared/clicks/journal.ts';
import { clickWriter } from '#shared/clicks/record/click-writer.ts';
import { OpenDays, recordClick } from '#shared/clicks/record/record-click.ts';
import { rememberedPlans } from '#shared/clicks/record/remembered-plans.ts';
import { secretReader } from '#shared/credentials/secret-store.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { itemFinder } from '#shared/dynamodb/find-item.dynamodb.ts';
import { signedCalls } from '#shared/dynamodb/signed-calls.dynamodb.ts';
import { edgeSecrets } from '#shared/edge.ts';
import { readEnv } from '#shared/env.ts';
import { newUlid } from '#shared/ids.ts';
import { verifyPassword } from '#shared/links/password.ts';
import { slugReader } from '#shared/links/slug-reader.ts';
import { clickKeeper } from '#shared/redirects/keep-click.ts';
import { agentParser } from '#shared/redirects/known-agents.ts';
import { lastingSecrets } from '#shared/redirects/lasting-secrets.ts';
import { Recent } from '#shared/redirects/recent.ts';
import { slugResolver } from '#shared/redirects/resolve-slug.ts';
import { dynamodbRateLimiter } from '#shared/workspaces/rate-limit.dynamodb.ts';
import { workspaceReader } from '#shared/workspaces/workspace-reader.ts';
import { failureLine } from './log.ts';
import { redirectHandler } from './redirect.ts';

// A first request may have to open its connection while a dozen other instances start beside it, so it gets the
// longer time, within the five seconds that the function has; where the last answer is remembered nobody waits that long.
const VISIT_TIMEOUT_MS = 4_800;
const LOOK_UP_TIMEOUTS = { knownMs: 600, unknownMs: 2_500 };
const SECRETS_TIMEOUTS = { knownMs: 400, unknownMs: 1_000 };
/** Large rule sets, of up to 64 kB each. */
const RULES_REMEMBERED = 300;
const QUEUE_TIMEOUT_MS = 1_000;
const RECORD_TIMEOUT_MS = 1_500;
const REQUEST_TIMEOUT_MS = 1_000;

const env = readEnv(
  'WORKSPACES_TABLE',
  'LINKS_TABLE',
  'CLICKS_TABLE',
  'CLICKS_QUEUE_URL',
  'EDGE_SECRET',
  'EDGE_SECRET_PREVIOUS',
  'SHORT_ORIGIN',
  'HORIZON_SECONDS',
);
const now = Date.now;
const writeLine = (line: string) => void process.stdout.write(`${line}\n`);
const report = (message: string) => (error: unknown) => writeLine(failureLine(message, error));

// Without the SDK, whose clients alone would be three times as much to load as all the rest of a redirect.
const database = signedCalls({ timeoutMs: LOOK_UP_TIMEOUTS.unknownMs, attempts: 2, now });
const findInWorkspaces = itemFinder(database, env.WORKSPACES_TABLE);
const workspaces = workspaceReader(findInWorkspaces);
const secrets = openSecrets(secretReader(findInWorkspaces), now);
const queue = sqsClickQueue(env.CLICKS_QUEUE_URL, { timeoutMs: QUEUE_TIMEOUT_MS, attempts: 2, now });

// Direct records follow the consumer's rules, and may not outlive the visit: a function that sleeps after its answer
// would send the rest of a request minutes later.
const watch = new ClockWatch();
const recordCalls = signedCalls({
  timeoutMs: REQUEST_TIMEOUT_MS,
  attempts: 1,
  now,
  onAnswer: (answer) => watch.observe(answer),
});
const horizon = horizonOf(env.HORIZON_SECONDS);
const recordTools = {
  store: clickWriter(recordCalls, env.CLICKS_TABLE),
  guard: clockGuard({
    watch,
    boundMs: horizon.clockBoundMs,
    now,
    // Any item will do: a refusal has a date as well.
    probe: () => itemFinder(recordCalls, env.WORKSPACES_TABLE)({ pk: 'clock', sk: 'clock' }),
  }),
  horizon: { ...horizon, abortMs: Math.min(horizon.abortMs, REQUEST_TIMEOUT_MS) },
  findPlan: rememberedPlans(workspaces, now),
  openDays: new OpenDays(),
  now,
};

const record = async (click: Click): Promise<void> => {
  await recordClick(click, recordTools);
};

export const handler = redirectHandler({
  edgeSecrets: edgeSecrets(env),
  timeoutMs: VISIT_TIMEOUT_MS,
  now,
  newClickId: newUlid,
  random: Math.random,
  secure: !env.SHORT_ORIGIN.startsWith('http:'),
  secrets: lastingSecrets(secrets, SECRETS_TIMEOUTS),
  limiter: dynamodbRateLimiter(database, env.WORKSPACES_TABLE),
  verifyPassword,
  parseAgent: agentParser(2_000),
  resolve: slugResolver({
    hosts: workspaces,
    links: slugReader(itemFinder(database, env.LINKS_TABLE), new Recent(RULES_REMEMBERED)),
    timeouts: LOOK_UP_TIMEOUTS,
    remembered: 2_000,
    onStale: report('a look-up was answered from memory'),
  }),
  keepClick: clickKeeper({
    now,
    ways: [
      { name: 'queue', timeoutMs: QUEUE_TIMEOUT_MS, keep: queue.send },
      { name: 'table', timeoutMs: RECORD_TIMEOUT_MS, keep: record },
    ],
    journal: (click) => writeLine(journalLine(click, now())),
    onFailure: (way, error) => report(`a click was not taken by the ${way}`)(error),
  }),
  onError: report('a visit met an error'),
});
