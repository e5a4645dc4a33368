import type { Slug } from '#shared/links/link.ts';
import { slugResolver } from '#shared/redirects/resolve-slug.ts';
import type { Host } from '#shared/workspaces/workspace.ts';
import { HOST, NOW, slugLink } from '#test/functions/redirect/open-redirect.ts';

const link = slugLink();
const host: Host = { host: HOST, domainId: link.domainId, workspaceId: link.workspaceId, status: 'ready' };

/** Two tables of which each can be down or hang, and that count how often they are asked. */
function openWorld({ remembered = 10, knownMs = 1_000, unknownMs = 1_000 } = {}) {
  const world = {
    hosts: new Map([[HOST, host]]),
    slugs: new Map<string, Slug>([[`${link.domainId} spring`, { kind: 'link', link }]]),
    hostsAnswer: async () => {},
    slugsAnswer: async () => {},
    asked: [] as string[],
    stale: [] as unknown[],
  };
  const resolve = slugResolver({
    hosts: {
      findHost: async (name) => {
        world.asked.push(name);
        await world.hostsAnswer();
        return world.hosts.get(name);
      },
    },
    links: {
      findSlug: async (domainId, shortCode) => {
        world.asked.push(`${domainId} ${shortCode}`);
        await world.slugsAnswer();
        return world.slugs.get(`${domainId} ${shortCode}`);
      },
    },
    timeouts: { knownMs, unknownMs },
    remembered,
    onStale: (error) => world.stale.push(error),
  });
  return { world, resolve: (shortCode = 'spring', name = HOST) => resolve(name, shortCode, NOW) };
}

const down = () => Promise.reject(new Error('the table is down'));
const hang = () => new Promise<void>(() => {});

test('an unknown host is no link, and its slugs are not asked for', async () => {
  const { world, resolve } = openWorld();
  expect(await resolve('spring', 'other.example')).toBeUndefined();
  expect(world.asked).toEqual(['other.example']);
});

test('a host longer than any name is unknown without a question', async () => {
  const { world, resolve } = openWorld();
  expect(await resolve('spring', 'a'.repeat(3_000))).toBeUndefined();
  expect(world.asked).toEqual([]);
});

test.each(['pending', 'disabled'] as const)('a %s domain leads nowhere', async (status) => {
  const { world, resolve } = openWorld();
  world.hosts.set(HOST, { ...host, status });
  expect(await resolve()).toBeUndefined();
});

test('an unknown slug and a slug that was given up are no links', async () => {
  const { world, resolve } = openWorld();
  expect(await resolve('autumn')).toBeUndefined();
  const tombstone = { urlId: link.urlId, workspaceId: link.workspaceId, heldUntilMs: NOW + 1 };
  world.slugs.set(`${link.domainId} spring`, { kind: 'tombstone', tombstone });
  expect(await resolve()).toBeUndefined();
});

test('with the tables down, what was never resolved here fails', async () => {
  const { world, resolve } = openWorld();
  world.slugsAnswer = down;
  await expect(resolve()).rejects.toThrow('down');
  world.hostsAnswer = down;
  await expect(resolve('spring', 'other.example')).rejects.toThrow('down');
});

test('a table that never answers is given up, and may take longer where nothing is remembered', async () => {
  const { world, resolve } = openWorld({ knownMs: 20, unknownMs: 60 });
  await resolve();
  world.slugsAnswer = hang;
  const begun = performance.now();
  await expect(resolve('autumn')).rejects.toThrow('the look-ups did not answer within 60 ms');
  expect(performance.now() - begun).toBeGreaterThan(55);
});

test('what a table said was gone is gone in an outage too', async () => {
  const { world, resolve } = openWorld();
  await resolve();
  world.slugs.clear();
  expect(await resolve()).toBeUndefined();
  world.slugsAnswer = down;
  await expect(resolve()).rejects.toThrow('down');
});

test('a host that was taken away is unknown in an outage too', async () => {
  const { world, resolve } = openWorld();
  await resolve();
  world.hosts.clear();
  expect(await resolve()).toBeUndefined();
  world.hostsAnswer = down;
  await expect(resolve()).rejects.toThrow('down');
});

test('a table that answers is believed, whatever is remembered', async () => {
  const { world, resolve } = openWorld();
  expect(await resolve()).toEqual(link);
  const moved = slugLink({ destinationUrl: 'https://example.com/moved' });
  world.slugs.set(`${link.domainId} spring`, { kind: 'link', link: moved });
  expect(await resolve()).toEqual(moved);
  expect(world.stale).toEqual([]);
});

test('a host that moves to another domain is followed at once', async () => {
  const { world, resolve } = openWorld();
  await resolve();
  const other = slugLink({ domainId: 'other', destinationUrl: 'https://example.com/other' });
  world.hosts.set(HOST, { ...host, domainId: 'other' });
  world.slugs.set('other spring', { kind: 'link', link: other });
  expect(await resolve()).toEqual(other);
});

test.each([
  ['down', down],
  ['hanging', hang],
])('with both tables %s, what was resolved here still is', async (_, answer) => {
  const { world, resolve } = openWorld({ knownMs: 20 });
  await resolve();
  world.hostsAnswer = answer;
  world.slugsAnswer = answer;
  expect(await resolve()).toEqual(link);
  expect(world.stale).toHaveLength(2);
});

test('only so many slugs are remembered', async () => {
  const { world, resolve } = openWorld({ remembered: 1 });
  world.slugs.set(`${link.domainId} second`, { kind: 'link', link: slugLink({ shortCode: 'second' }) });
  await resolve();
  await resolve('second');
  world.slugsAnswer = down;
  await expect(resolve()).rejects.toThrow('down');
  expect(await resolve('second')).toMatchObject({ shortCode: 'second' });
});

test('a known host and its slug are looked up at once', async () => {
  const { world, resolve } = openWorld();
  await resolve();
  world.asked.length = 0;
  const { promise, resolve: answerHost } = Promise.withResolvers<void>();
  world.hostsAnswer = () => promise;
  const resolving = resolve();
  expect(world.asked.toSorted()).toEqual([`${link.domainId} spring`, HOST].toSorted());
  answerHost();
  expect(await resolving).toEqual(link);
});
