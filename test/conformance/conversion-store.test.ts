import { ulid } from 'ulid';
import type { RecordedConversion } from '#shared/conversions/conversion.ts';
import { KEY_MS, type RecordWith, type Sighting } from '#shared/conversions/conversion-store.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { CLICK_STORES, type ClickStores, recordAt } from '#test/support/recorded-clicks.ts';

const NOW_MS = Date.UTC(2026, 3, 12);
/** Far enough ahead that no emulator deletes it. */
const TTL_SECONDS = 4_000_000_000;
const KEY = { keyHash: 'key', bodyHash: 'body' };

describe.each(CLICK_STORES)('the conversion store %s', (_where, open) => {
  let stores: ClickStores;
  let workspaceId: string;
  let urlId: string;
  let events = 0;

  const conversion = (members: Partial<RecordedConversion> = {}): RecordedConversion => {
    events += 1;
    return {
      workspaceId,
      urlId,
      eventId: `event ${events}`,
      eventName: 'install',
      eventAtMs: NOW_MS - 5_000,
      clickId: ulid(NOW_MS),
      orderId: null,
      value: 99.5,
      currency: 'EUR',
      receivedAtMs: NOW_MS,
      ...members,
    };
  };
  const clicks = new Map<string, Promise<unknown>>();
  /** Records a conversion, and before that the click that it names. */
  const record = async (one: RecordedConversion, along: RecordWith) => {
    const { clickId } = one;
    if (clickId !== null) {
      const recorded = clicks.get(clickId) ?? recordAt(stores, aClick({ workspaceId, urlId, clickId }));
      clicks.set(clickId, recorded);
      await recorded;
    }
    return stores.conversions.record(one, along);
  };
  const counted = async () => {
    const totals = await stores.totals.find(workspaceId, urlId);
    return [totals?.installs ?? 0, totals?.returningUsers ?? 0, totals?.attributedClicks ?? 0];
  };
  const all = async () => (await Array.fromAsync(stores.conversions.read(workspaceId))).flat();

  beforeAll(async () => {
    stores = await open();
  });
  beforeEach(() => {
    workspaceId = newUuid();
    urlId = newUuid();
  });

  test('a key that was used records nothing more', async () => {
    expect(await record(conversion(), { key: KEY })).toBe('recorded');
    expect(await record(conversion(), { key: KEY })).toBe('key_used');
    expect(await counted()).toEqual([1, 0, 1]);
    expect(await all()).toHaveLength(1);
  });

  test('an event that is recorded is not recorded again, with another key or without one', async () => {
    const once = conversion();
    expect(await record(once, {})).toBe('recorded');
    expect(await record({ ...once, value: 5 }, {})).toBe('duplicate');
    expect(await record(once, { key: KEY })).toBe('duplicate');
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS)).toBeUndefined();
    expect(await counted()).toEqual([1, 0, 1]);
    expect(await all()).toEqual([once]);
  });

  test('a key of another workspace is not found', async () => {
    await record(conversion(), { key: KEY });
    expect(await stores.conversions.findKey(newUuid(), 'key', NOW_MS)).toBeUndefined();
  });

  test('a key is honoured for a day and free again after it', async () => {
    const first = conversion();
    await record(first, { key: KEY });
    const answer = { eventId: first.eventId, duplicate: false };
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS + KEY_MS - 1)).toEqual({
      ...KEY,
      answer,
    });
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS + KEY_MS)).toBeUndefined();
    const later = conversion({ receivedAtMs: NOW_MS + KEY_MS });
    expect(await record(later, { key: KEY })).toBe('recorded');
  });

  test('the answer of a duplicate is kept under its own key, once', async () => {
    const answer = { eventId: 'event', duplicate: true };
    expect(await stores.conversions.keepKey(workspaceId, KEY, answer, NOW_MS)).toBe('kept');
    expect(await stores.conversions.keepKey(workspaceId, KEY, answer, NOW_MS + 1)).toBe('key_used');
    expect((await stores.conversions.findKey(workspaceId, 'key', NOW_MS))?.answer).toEqual(answer);
  });

  test('installs and opens count once an event, their click once however many name it', async () => {
    const clickId = ulid(NOW_MS);
    await record(conversion({ clickId }), {});
    await record(conversion({ clickId, eventName: 'open' }), {});
    await record(conversion({ clickId, eventName: 'open' }), {});
    await record(conversion(), {});
    expect(await counted()).toEqual([2, 2, 2]);
  });

  test('a sale counts nothing at its link', async () => {
    await record(conversion({ eventName: 'sale' }), {});
    expect(await stores.totals.find(workspaceId, urlId)).toBeUndefined();
  });

  test('of ten requests at once with one event one is recorded and counted', async () => {
    const same = conversion();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => record(same, {}).catch(() => 'conflict')),
    );
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(await counted()).toEqual([1, 0, 1]);
  });

  test('ten different events of one click at once attribute it once', async () => {
    const clickId = ulid(NOW_MS);
    await Promise.all(Array.from({ length: 10 }, () => record(conversion({ clickId }), {})));
    expect(await counted()).toEqual([10, 0, 1]);
  });

  test('removed conversions are gone, and their ids are free', async () => {
    const some = Array.from({ length: 30 }, (_, at) =>
      conversion({ eventName: at === 0 ? 'install' : 'sale' }),
    );
    await Promise.all(some.map((one) => record(one, {})));
    await stores.conversions.remove(workspaceId, some.slice(1));
    expect(await all()).toEqual([some[0]]);
    expect(await record(some[1]!, {})).toBe('recorded');
  });

  test('a conversion of a click that is not there, or of another workspace, writes nothing', async () => {
    const one = conversion();
    const sighting = { externalHash: 'hash', clickId: one.clickId!, urlId, ttlSeconds: 4_000_000_000 };
    const along = { key: KEY, sighting };
    expect(await stores.conversions.record(one, along)).toBe('click_gone');
    await recordAt(stores, aClick({ workspaceId: newUuid(), clickId: one.clickId! }));
    expect(await stores.conversions.record(one, along)).toBe('click_gone');
    expect(await all()).toEqual([]);
    expect(await counted()).toEqual([0, 0, 0]);
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS)).toBeUndefined();
    expect(await stores.conversions.findSighting(workspaceId, 'hash', NOW_MS)).toBeUndefined();
    expect(await record(one, along)).toBe('recorded');
  });

  test('an unattributed conversion is kept, and counts nowhere', async () => {
    const one = conversion({ clickId: null, urlId: null });
    expect(await record(one, {})).toBe('recorded');
    expect(await record(one, {})).toBe('duplicate');
    expect(await all()).toEqual([one]);
    expect(await counted()).toEqual([0, 0, 0]);
    await stores.conversions.remove(workspaceId, [one]);
    expect(await all()).toEqual([]);
  });

  describe('a sighting', () => {
    const sighting = (atMs: number, members: Partial<Sighting> = {}): Sighting => ({
      externalHash: 'hash',
      clickId: ulid(atMs),
      urlId,
      ttlSeconds: TTL_SECONDS,
      ...members,
    });
    const see = (seen: Sighting) => record(conversion(), { sighting: seen });
    const known = (nowMs = NOW_MS) => stores.conversions.findSighting(workspaceId, 'hash', nowMs);
    const sightings = async () =>
      (await Array.fromAsync(stores.conversions.readSightings(workspaceId))).flat();

    test('is of its workspace alone, and of its hash', async () => {
      expect(await known()).toBeUndefined();
      const seen = sighting(NOW_MS);
      expect(await see(seen)).toBe('recorded');
      expect(await known()).toEqual(seen);
      expect(await stores.conversions.findSighting(newUuid(), 'hash', NOW_MS)).toBeUndefined();
      expect(await stores.conversions.findSighting(workspaceId, 'other', NOW_MS)).toBeUndefined();
      expect(await all()).toHaveLength(1);
    });

    test('stays the one of the latest click, in whatever order they are told of, and all are counted', async () => {
      const [first, last] = [sighting(NOW_MS - 5_000), sighting(NOW_MS - 1_000)];
      for (const seen of [first, last, first, last]) expect(await see(seen)).toBe('recorded');
      expect(await known()).toEqual(last);
      expect(await counted()).toEqual([4, 0, 4]);
    });

    test('of one click converts again and again, and is attributed once', async () => {
      const seen = sighting(NOW_MS);
      const { clickId } = seen;
      for (const eventName of ['install', 'open', 'sale'] as const) {
        await record(conversion({ clickId, eventName }), { sighting: seen });
      }
      expect(await counted()).toEqual([1, 1, 1]);
    });

    test('that ten requests bring at once is the latest, and none is lost', async () => {
      const ten = Array.from({ length: 10 }, (_, at) => sighting(NOW_MS - at));
      await Promise.all(ten.map(see));
      expect(await known()).toEqual(ten[0]);
      expect(await counted()).toEqual([10, 0, 10]);
    });

    test('is not written by what is recorded already, nor by a key that was used', async () => {
      const once = conversion();
      await record(once, { key: KEY });
      const late = { sighting: sighting(NOW_MS) };
      expect(await record(once, late)).toBe('duplicate');
      expect(await record(conversion(), { ...late, key: KEY })).toBe('key_used');
      expect(await known()).toBeUndefined();
    });

    test('ends with its click, and an earlier click may then be seen', async () => {
      const endedMs = TTL_SECONDS * 1_000;
      const last = sighting(NOW_MS);
      await see(last);
      expect(await known(endedMs - 1)).toEqual(last);
      expect(await known(endedMs)).toBeUndefined();
      const earlier = sighting(NOW_MS - 5_000, { ttlSeconds: TTL_SECONDS + 1 });
      await record(conversion({ receivedAtMs: endedMs }), { sighting: earlier });
      expect(await known(endedMs)).toEqual(earlier);
    });

    test('is read and removed with all others of the workspace', async () => {
      const many = Array.from({ length: 30 }, (_, at) => sighting(NOW_MS, { externalHash: `hash ${at}` }));
      await Promise.all(many.map((seen) => record(conversion({ eventName: 'sale' }), { sighting: seen })));
      expect(await sightings()).toHaveLength(30);
      await stores.conversions.removeSightings(workspaceId, many.slice(1));
      expect(await sightings()).toEqual([many[0]]);
    });
  });
});
