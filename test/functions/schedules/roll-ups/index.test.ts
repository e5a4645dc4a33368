import { jest } from '@jest/globals';
import { dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { aClick } from '#test/support/clicks.ts';
import { recordAt } from '#test/support/recorded-clicks.ts';
import { lambdaContext, openWorkerEnvironment } from '#test/support/worker-environment.ts';

let environment: Awaited<ReturnType<typeof openWorkerEnvironment>>;
let schedule: typeof import('#functions/schedules/roll-ups/index.ts').handler;
const lines: string[] = [];

beforeAll(async () => {
  environment = await openWorkerEnvironment(3);
  Object.assign(process.env, {
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_METRICS_NAMESPACE: 'Slugline',
    POWERTOOLS_SERVICE_NAME: 'schedule-roll-ups',
    // Metrics go to the console that can be watched here.
    POWERTOOLS_DEV: 'true',
  });
  jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  ({ handler: schedule } = await import('#functions/schedules/roll-ups/index.ts'));
});
afterAll(() => jest.restoreAllMocks());

async function measured(): Promise<object> {
  lines.length = 0;
  await schedule({}, lambdaContext());
  return JSON.parse(lines.at(-1)!);
}

test('the lag is measured each time, of a workspace whose roll-up never ran, too', async () => {
  const { workspaceId } = environment.owner;
  expect(await measured()).toMatchObject({ service: 'schedule-roll-ups', RollUpLagSeconds: 0 });
  const store = dynamodbClickStore(dynamodbClient(), environment.tables.clicks);
  await recordAt({ store }, aClick({ workspaceId, atMs: Date.now() - 1_200_000 }));
  const { RollUpLagSeconds: lag } = (await measured()) as { RollUpLagSeconds: number };
  expect(lag).toBeGreaterThan(1_190);
  expect(lag).toBeLessThan(1_260);
});
