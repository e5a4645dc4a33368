import { type LetterTools, settleLetter } from '#functions/workers/dead-letters/settle-letter.ts';
import { newUuid } from '#shared/ids.ts';

const workspaceId = newUuid();

/** Whatever is no roll-up would need one of the tools that are not there. */
const tools = { log: { info() {}, warn() {}, error() {} } } as unknown as LetterTools;
const settle = (message: object) => settleLetter({ messageId: '1', body: JSON.stringify(message) }, tools);

test.each([[{ workspaceId }], [{ workspaceId, recountDay: '20260412' }]])(
  'the dead letter of a roll-up, %j, is dropped: the schedule asks again',
  async (message) => {
    expect(await settle(message)).toBe('settled');
  },
);

test('what only looks like a roll-up is kept', async () => {
  expect(await settle({ workspaceId, clickId: '01JRR0000000000000000000000' })).toBe('kept');
});
