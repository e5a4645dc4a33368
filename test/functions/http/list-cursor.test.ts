import { listCursor } from '#functions/http/list-cursor.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { signToken } from '#shared/credentials/signed-token.ts';
import { WORKSPACE } from '#test/support/exports.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';

const OTHER = '22222222-2222-4222-8222-222222222222';
const DAY_MS = 86_400_000;
const clock = { ms: Date.UTC(2030, 0, 1) };
const tools = { secrets: openSecrets(memorySecretStore(), () => clock.ms), now: () => clock.ms };
const cursors = listCursor('links-cursor', 'after', 'that is no cursor');

test('a cursor leads to its position, in its own workspace and for a day', async () => {
  const cursor = (await cursors.sign('here', WORKSPACE, tools))!;
  expect(await cursors.open(cursor, WORKSPACE, tools)).toBe('here');
  const refused = { code: 'invalid_request', message: 'that is no cursor', field: 'cursor' };
  await expect(cursors.open(cursor, OTHER, tools)).rejects.toMatchObject(refused);
  await expect(cursors.open(`${cursor}x`, WORKSPACE, tools)).rejects.toMatchObject(refused);
  const others = listCursor('export-list', 'after', 'that is no cursor');
  await expect(others.open(cursor, WORKSPACE, tools)).rejects.toMatchObject(refused);
  const later = { ...tools, now: () => clock.ms + DAY_MS };
  await expect(cursors.open(cursor, WORKSPACE, later)).rejects.toMatchObject(refused);
});

test('there is none at the end of a list, and none is asked for at its beginning', async () => {
  expect(await cursors.sign(undefined, WORKSPACE, tools)).toBeNull();
  expect(await cursors.open(undefined, WORKSPACE, tools)).toBeUndefined();
});

test.each([
  ['links-cursor', 'after', { workspaceId: WORKSPACE, after: 'there' }],
  ['export-list', 'before', { before: 'there', workspaceId: WORKSPACE }],
])('cursors of %s that are out there still lead where they did', async (purpose, member, payload) => {
  const handedOut = await signToken(tools.secrets, purpose, payload, clock.ms + DAY_MS);
  expect(await listCursor(purpose, member, 'no').open(handedOut, WORKSPACE, tools)).toBe('there');
});
