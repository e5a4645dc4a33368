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
        const found = world.slugs.get(`${domainId} ${shortCode}`);
        await world.slugsAnswer();
        return found;
      },
    },
    timeouts: { knownMs, unknownMs },
    remembered,
    onStale: (error) => world.stale.push(error),
  });
  const at = (ms: number) => resolve(HOST, 'spring', NOW + ms);
  return { world, at, resolve: (shortCode = 'spring', name = HOST) => resolve(name, shortCode, NOW) };
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

describe('what was read', () => {
  const changed = slugLink({ destinationUrl: 'https://example.com/changed', passwordHash: 'a hash' });

  test('leads on for a second without a question, whoever comes', async () => {
    const { world, at } = openWorld();
    expect(await at(0)).toEqual(link);
    world.slugs.set(`${link.domainId} spring`, { kind: 'link', link: changed });
    world.asked.length = 0;
    for (const ms of [1, 500, 999]) expect(await at(ms)).toEqual(link);
    expect(world.asked).toEqual([]);
  });

  test.each([
    ['changed', { kind: 'link' as const, link: changed }, changed],
    ['removed', undefined, undefined],
  ])('is asked for again after a second, and holds at once when it was %s', async (_, slug, expected) => {
    const { world, at } = openWorld();
    await at(0);
    if (slug) world.slugs.set(`${link.domainId} spring`, slug);
    else world.slugs.clear();
    expect(await at(1_000)).toEqual(expected);
  });

  test('counts from before the question, so that an answer that was long on its way is not older than a second', async () => {
    const { world, at } = openWorld();
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    world.slugsAnswer = () => promise;
    const first = at(0);
    answer();
    await first;
    world.asked.length = 0;
    await at(1_000);
    expect(world.asked).toEqual([`${link.domainId} spring`]);
  });

  test('is not believed by a clock that was set back', async () => {
    const { world, at } = openWorld();
    await at(0);
    world.asked.length = 0;
    await at(-3_600_000);
    expect(world.asked).toContain(`${link.domainId} spring`);
  });

  test('of a host holds for five seconds', async () => {
    const { world, at } = openWorld();
    await at(0);
    world.hosts.set(HOST, { ...host, status: 'disabled' });
    expect(await at(4_999)).toEqual(link);
    expect(await at(5_000)).toBeUndefined();
  });

  test('is no longer fresh when an outage has passed: the first answer of the table is taken', async () => {
    const { world, at } = openWorld();
    await at(0);
    world.slugsAnswer = down;
    expect(await at(1_500)).toEqual(link);
    world.slugsAnswer = async () => {};
    world.slugs.set(`${link.domainId} spring`, { kind: 'link', link: changed });
    expect(await at(1_600)).toEqual(changed);
  });

  test('to be none is none for a second, and takes no place of a link', async () => {
    const { world, at, resolve } = openWorld({ remembered: 1 });
    await at(0);
    for (const slug of ['autumn', 'winter', 'winter']) expect(await resolve(slug)).toBeUndefined();
    expect(world.asked.filter((asked) => asked.endsWith('winter'))).toHaveLength(1);
    world.asked.length = 0;
    expect(await at(10)).toEqual(link);
    expect(world.asked).toEqual([]);
  });

  test('to be none is asked for again after a second', async () => {
    const { world, at } = openWorld();
    world.slugs.clear();
    expect(await at(0)).toBeUndefined();
    world.slugs.set(`${link.domainId} spring`, { kind: 'link', link });
    expect(await at(1_000)).toEqual(link);
  });
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
  const { world, at } = openWorld();
  await at(0);
  world.slugs.clear();
  expect(await at(1_000)).toBeUndefined();
  world.slugsAnswer = down;
  await expect(at(2_000)).rejects.toThrow('down');
});
test('an answer that was outrun by a later one is not what an outage falls back to', async () => {
  const { world, at } = openWorld();
  await at(0);
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  world.slugsAnswer = () => promise;
  const slow = at(1_000);
  world.slugsAnswer = async () => {};
  const changed = { ...link, destinationUrl: 'https://example.com/changed' };
  world.slugs.set(`${link.domainId} spring`, { kind: 'link', link: changed });
  expect(await at(1_001)).toEqual(changed);
  answer();
  expect(await slow).toEqual(link);
  world.slugsAnswer = down;
  expect(await at(3_000)).toEqual(changed);
});

test('a host that was taken away is unknown in an outage too', async () => {
  const { world, at } = openWorld();
  await at(0);
  world.hosts.clear();
  expect(await at(5_000)).toBeUndefined();
  world.hostsAnswer = down;
  await expect(at(10_000)).rejects.toThrow('down');
});
test('a table that answers is believed, whatever is remembered', async () => {
  const { world, at } = openWorld();
  expect(await at(0)).toEqual(link);
  const moved = slugLink({ destinationUrl: 'https://example.com/moved' });
  world.slugs.set(`${link.domainId} spring`, { kind: 'link', link: moved });
  expect(await at(1_000)).toEqual(moved);
  expect(world.stale).toEqual([]);
});
test('a host that moves to another domain is followed once it is asked for', async () => {
  const { world, at } = openWorld();
  await at(0);
  const other = slugLink({ domainId: 'other', destinationUrl: 'https://example.com/other' });
  world.hosts.set(HOST, { ...host, domainId: 'other' });
  world.slugs.set('other spring', { kind: 'link', link: other });
  expect(await at(5_000)).toEqual(other);
});
test.each([
  ['down', down],
  ['hanging', hang],
])('with both tables %s, what was resolved here still is', async (_, answer) => {
  const { world, at } = openWorld({ knownMs: 20 });
  await at(0);
  world.hostsAnswer = answer;
  world.slugsAnswer = answer;
  expect(await at(86_400_000)).toEqual(link);
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
  const { world, at } = openWorld();
  await at(0);
  world.asked.length = 0;
  const { promise, resolve: answerHost } = Promise.withResolvers<void>();
  world.hostsAnswer = () => promise;
  const resolving = at(5_000);
  expect(world.asked.toSorted()).toEqual([`${link.domainId} spring`, HOST].toSorted());
  answerHost();
  expect(await resolving).toEqual(link);
});
