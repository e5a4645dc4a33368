import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { dynamodbClient } from '#shared/aws.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { newUuid } from '#shared/ids.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { openSqs } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { lambdaContext, openWorkerEnvironment, sqsEvent } from '#test/support/worker-environment.ts';

let environment: Awaited<ReturnType<typeof openWorkerEnvironment>>;
let record: typeof import('#functions/workers/clicks/index.ts').handler;
let fold: typeof import('#functions/workers/roll-ups/index.ts').handler;
let schedule: typeof import('#functions/schedules/roll-ups/index.ts').handler;

beforeAll(async () => {
  environment = await openWorkerEnvironment(3);
  ({ handler: record } = await import('#functions/workers/clicks/index.ts'));
  ({ handler: fold } = await import('#functions/workers/roll-ups/index.ts'));
  ({ handler: schedule } = await import('#functions/schedules/roll-ups/index.ts'));
});

async function messages(): Promise<string[]> {
  const receive = { QueueUrl: environment.queueUrl, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await openSqs().send(new ReceiveMessageCommand(receive));
  return Messages.map(({ Body }) => Body!);
}

test('a message that is none fails alone', async () => {
  const { batchItemFailures } = await fold(sqsEvent(['{', { workspaceId: newUuid() }]), lambdaContext());
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'message 0' }]);
});

test('what is recorded is scheduled, and folded once the horizon has passed', async () => {
  const { workspaceId } = environment.owner;
  const urlId = newUuid();
  const clicks = Array.from({ length: 30 }, (_, at) =>
    aClick({ workspaceId, urlId, atMs: Date.now() - (at % 2) * 60_000 }),
  );
  expect(await record(sqsEvent(clicks), lambdaContext())).toEqual({ batchItemFailures: [] });
  await schedule({}, lambdaContext());
  const asked = await messages();
  expect(asked).toEqual([JSON.stringify({ workspaceId })]);

  const totals = dynamodbTotalsReader(dynamodbClient(), environment.tables.clicks);
  const deadlineMs = Date.now() + 20_000;
  while (((await totals.find(workspaceId, urlId))?.clicks ?? 0) < 30) {
    expect(Date.now()).toBeLessThan(deadlineMs);
    expect(await fold(sqsEvent(asked), lambdaContext())).toEqual({ batchItemFailures: [] });
  }
  const days = await totals.workspaceDays(workspaceId, dayOf(Date.now() - 86_400_000), dayOf(Date.now()));
  expect(days.reduce((sum, { clicks: counted }) => sum + counted, 0)).toBe(30);
});

test('a day is counted again when a message asks for it', async () => {
  const { workspaceId } = environment.owner;
  const message = { workspaceId, recountDay: dayOf(Date.now()) };
  expect(await fold(sqsEvent([message]), lambdaContext())).toEqual({ batchItemFailures: [] });
});
