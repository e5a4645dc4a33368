import { failedMessages } from '#bin/local/triggers/failed-messages.ts';

const IDS = ['a', 'b', 'c'];

test.each([
  ['an id that was not in the batch', { batchItemFailures: [{ itemIdentifier: 'z' }] }],
  ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['no id', { batchItemFailures: [{}] }],
  ['null', { batchItemFailures: [null] }],
  ['something else than a list', { batchItemFailures: 'a' }],
])('%s fails the whole batch', (_, answer) => {
  expect([...failedMessages(answer, IDS)]).toEqual(IDS);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty object', {}],
  ['an empty list', { batchItemFailures: [] }],
  ['null in place of the list', { batchItemFailures: null }],
])('%s means that all went well', (_, answer) => {
  expect(failedMessages(answer, IDS).size).toBe(0);
});

test('the messages that are named have failed', () => {
  expect([...failedMessages({ batchItemFailures: [{ itemIdentifier: 'b' }] }, IDS)]).toEqual(['b']);
});
