import { dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { lambdaContext, openWorkerEnvironment, sqsEvent } from '#test/support/worker-environment.ts';

let environment: Awaited<ReturnType<typeof openWorkerEnvironment>>;
let handle: typeof import('#functions/workers/clicks/index.ts').handler;

beforeAll(async () => {
  environment = await openWorkerEnvironment(60);
  ({ handler: handle } = await import('#functions/workers/clicks/index.ts'));
});

const ours = () => aClick({ workspaceId: environment.owner.workspaceId, atMs: Date.now() });
const find = ({ workspaceId, clickId }: ReturnType<typeof aClick>) =>
  dynamodbClickStore(dynamodbClient(), environment.tables.clicks).find(workspaceId, clickId);

test('what cannot be recorded stays in the queue, the rest of the batch is recorded', async () => {
  const good = [ours(), ours(), ours()];
  const nowhere = aClick({ workspaceId: newUuid(), atMs: Date.now() });
  const { batchItemFailures } = await handle(
    sqsEvent([good[0]!, '{', good[1]!, nowhere, good[2]!]),
    lambdaContext(),
  );
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  expect(failed.toSorted()).toEqual(['message 1', 'message 3']);
  for (const click of good) expect(await find(click)).toMatchObject({ ...click, late: false });
});

test('a batch that is delivered again changes nothing', async () => {
  const batch = sqsEvent([ours(), ours()]);
  for (let delivery = 0; delivery < 2; delivery += 1) {
    expect(await handle(batch, lambdaContext())).toEqual({ batchItemFailures: [] });
  }
});

test('a click beyond retention leaves the queue without a trace', async () => {
  const ancient = aClick({ workspaceId: environment.owner.workspaceId, atMs: Date.UTC(2020, 0, 1) });
  expect(await handle(sqsEvent([ancient]), lambdaContext())).toEqual({ batchItemFailures: [] });
  expect(await find(ancient)).toBeUndefined();
});
