import type { Closure, DomainClosure } from '#shared/domains/domain-closure.ts';
import { newUuid } from '#shared/ids.ts';
import { dynamodbDomainClosure } from '#shared/links/domain-closure.dynamodb.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aLink } from '#test/support/links.ts';
import { memoryLinkStore } from '#test/support/memory/link-store.ts';
import { openTables } from '#test/support/resources.ts';

type Stores = { links: LinkStore; closure: DomainClosure };

const onDynamoDb = async (): Promise<Stores> => {
  const { links } = await openTables();
  return {
    links: dynamodbLinkStore(openDatabase(), links),
    closure: dynamodbDomainClosure(openDatabase(), links),
  };
};
const inMemory = async (): Promise<Stores> => {
  const links = memoryLinkStore();
  return { links, closure: links.closure };
};

describe.each([
  ['in memory', inMemory],
  ['on DynamoDB', onDynamoDb],
])('closures of domains %s', (_where, open) => {
  let links: LinkStore;
  let closure: DomainClosure;
  let workspaceId: string;
  let domainId: string;
  let nowMs: number;
  const ours = (members: Parameters<typeof aLink>[0] = {}) => aLink({ workspaceId, domainId, ...members });
  const closing = (token: string, members: Partial<Closure> = {}): Closure => ({
    domainId,
    token,
    untilMs: nowMs + 60_000,
    nowMs,
    ...members,
  });
  const hasLinks = (sinceMs = 0) => closure.hasLinks({ workspaceId, domainId, sinceMs }, () => false);

  beforeAll(async () => {
    ({ links, closure } = await open());
  });
  beforeEach(() => {
    workspaceId = newUuid();
    domainId = newUuid();
    nowMs = Date.now();
  });

  test('no link is made on a closed domain, wherever its id falls, and others are', async () => {
    expect(await closure.close(closing('a'))).toBe('closed');
    const many = Array.from({ length: 100 }, () => ours());
    const elsewhere = ours({ domainId: newUuid() });
    expect(new Set(await Promise.all(many.map((link) => links.create(link))))).toEqual(
      new Set(['domain_closed']),
    );
    const mixed = [ours(), elsewhere, ours()];
    expect(await links.createMany(mixed.map((link) => ({ link })))).toEqual([
      'domain_closed',
      'created',
      'domain_closed',
    ]);
    expect(await hasLinks()).toBe(false);
  });

  test('links are made again once it is reopened, by whoever closed it', async () => {
    await closure.close(closing('a'));
    await closure.reopen({ domainId, token: 'b' });
    expect(await links.create(ours())).toBe('domain_closed');
    await closure.reopen({ domainId, token: 'a' });
    expect(await links.create(ours())).toBe('created');
    await closure.reopen({ domainId, token: 'a' });
  });

  test('a closure ends by itself', async () => {
    await closure.close(closing('a'));
    const later = nowMs + 60_000;
    expect(await links.create(ours({ createdAtMs: later - 1 }))).toBe('domain_closed');
    expect(await links.create(ours({ createdAtMs: later }))).toBe('created');
    expect(await closure.seal(closing('a', { nowMs: later, untilMs: later + 60_000 }))).toBe(false);
    expect(await closure.close(closing('b', { nowMs: later, untilMs: later + 60_000 }))).toBe('closed');
  });

  test('one closes it at a time; what is sealed is closed for all', async () => {
    await closure.close(closing('a'));
    expect(await closure.close(closing('b'))).toBe('busy');
    expect(await closure.seal(closing('b'))).toBe(false);
    expect(await closure.seal(closing('a'))).toBe(true);
    expect(await closure.close(closing('b'))).toBe('sealed');
    expect(await links.create(ours())).toBe('domain_closed');
  });

  test('what was looked through to its end is known, however late that is', async () => {
    let asked = 0;
    const isLate = () => asked++ > 0;
    expect(await closure.hasLinks({ workspaceId, domainId, sinceMs: 0 }, isLate)).toBe(false);
  });

  test('its links are found, those of other domains and workspaces are not', async () => {
    expect(await hasLinks()).toBe(false);
    await links.create(aLink({ workspaceId, domainId: newUuid() }));
    await links.create(aLink({ workspaceId: newUuid(), domainId }));
    expect(await hasLinks()).toBe(false);
    const link = ours();
    await links.create(link);
    expect(await hasLinks(link.createdAtMs)).toBe(true);
    await links.remove(link, nowMs);
    expect(await hasLinks(link.createdAtMs)).toBe(false);
  });

  test('a search that is late ends without an answer', async () => {
    await links.create(ours());
    expect(await closure.hasLinks({ workspaceId, domainId, sinceMs: 0 }, () => true)).toBeUndefined();
  });

  test('of links made while it closes, each is made and found, or refused', async () => {
    const made = Promise.all(Array.from({ length: 60 }, () => links.create(ours())));
    expect(await closure.close(closing('a'))).toBe('closed');
    const found = await hasLinks();
    const outcomes = await made;
    expect(outcomes.includes('created')).toBe(found);
    const { links: listed } = await links.page({ workspaceId, order: 'ascending', limit: 100 });
    expect(listed).toHaveLength(outcomes.filter((outcome) => outcome === 'created').length);
  });

  test('as many domains as there are links still fit into transactions', async () => {
    const creations = Array.from({ length: 25 }, (_, n) => ({
      link: ours({ domainId: newUuid() }),
      key: {
        hash: `hash-${n}`,
        replay: { bodyHash: 'body', urlId: newUuid(), shortCode: 'a', shortUrl: 'b' },
      },
    }));
    expect(await links.createMany(creations)).toEqual(Array(25).fill('created'));
  });
});
