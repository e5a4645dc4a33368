import { createSecretKey } from 'node:crypto';
import { visitorHash } from '#shared/clicks/capture/visitor.ts';

const key = createSecretKey(Buffer.alloc(32, 1));
const visitor = {
  atMs: Date.parse('2026-05-04T12:00:00Z'),
  workspaceId: 'w',
  address: '198.51.100.7',
  agent: 'Agent/1.0',
};

test.each([
  ['the next day', { atMs: Date.parse('2026-05-05T00:00:00Z') }],
  ['another workspace', { workspaceId: 'v' }],
  ['another address', { address: '198.51.100.8' }],
  ['another agent', { agent: 'Agent/1.1' }],
  ['another split of the same characters', { address: '198.51.100.7Agent', agent: '/1.0' }],
])('%s is another visitor', (_, over) => {
  expect(visitorHash(key, { ...visitor, ...over })).not.toBe(visitorHash(key, visitor));
});

test('another deployment cannot tell them', () => {
  const other = createSecretKey(Buffer.alloc(32, 2));
  expect(visitorHash(other, visitor)).not.toBe(visitorHash(key, visitor));
});

test('one visitor is the same from midnight to midnight UTC', () => {
  const first = visitorHash(key, { ...visitor, atMs: Date.parse('2026-05-04T00:00:00.000Z') });
  expect(first).toMatch(/^[\w-]{16}$/);
  expect(visitorHash(key, { ...visitor, atMs: Date.parse('2026-05-04T23:59:59.999Z') })).toBe(first);
});
