import { clickMs } from '#shared/clicks/click-id.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import type { Conversion } from '#shared/conversions/conversion.ts';
import { recordConversion } from '#shared/conversions/record-conversion.ts';
import { openSecrets, ROTATION_LEAD_MS, rotateSecret } from '#shared/credentials/secrets.ts';
import { newUuid } from '#shared/ids.ts';
import { clickTtlSeconds, PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { openMemoryClicks, recordAt } from '#test/support/recorded-clicks.ts';

const workspaceId = newUuid();
const plan = PLANS.free;

function world() {
  const stores = openMemoryClicks();
  const secretStore = memorySecretStore();
  const clock = { nowMs: Date.UTC(2026, 3, 12, 10) };
  const now = () => clock.nowMs;
  const secrets = openSecrets(secretStore, now);
  const tools = {
    clicks: stores.store,
    conversions: stores.conversions,
    secrets,
    now,
    sleep: async () => undefined,
  };
  const record = (members: Partial<Conversion>) => {
    const conversion: Conversion = {
      workspaceId,
      eventId: newUuid(),
      eventName: 'install',
      eventAtMs: clock.nowMs,
      clickId: null,
      externalId: 'customer 1',
      orderId: null,
      value: null,
      currency: null,
      ...members,
    };
    return recordConversion({ conversion, plan, key: undefined }, tools);
  };
  const rotate = async () => {
    await rotateSecret(secretStore, clock.nowMs, { early: true });
    clock.nowMs += 2 * ROTATION_LEAD_MS;
  };
  const recorded = async () => (await Array.fromAsync(stores.conversions.read(workspaceId))).flat();
  const sightings = async () => (await Array.fromAsync(stores.conversions.readSightings(workspaceId))).flat();
  return { clock, stores, record, rotate, recorded, sightings };
}

async function aRecorded({ stores }: ReturnType<typeof world>) {
  const click = aClick({ workspaceId });
  await recordAt(stores, click);
  return click;
}

test('what is kept of an external id is a hash, and it ends with the click', async () => {
  const own = world();
  const { clickId, urlId } = await aRecorded(own);
  await own.record({ clickId });
  expect(await own.sightings()).toEqual([
    {
      externalHash: expect.stringMatching(/^[\w-]{43}$/),
      clickId,
      urlId,
      ttlSeconds: clickTtlSeconds(plan, clickMs(clickId)),
    },
  ]);
  expect(JSON.stringify(await own.recorded())).not.toContain('customer');
});

test('the same id has another hash in another workspace', async () => {
  const own = world();
  const { clickId } = await aRecorded(own);
  await own.record({ clickId });
  const elsewhere = newUuid();
  const theirs = aClick({ workspaceId: elsewhere });
  await recordAt(own.stores, theirs);
  await own.record({ workspaceId: elsewhere, clickId: theirs.clickId });
  const [other] = (await Array.fromAsync(own.stores.conversions.readSightings(elsewhere))).flat();
  expect(other!.externalHash).not.toBe((await own.sightings())[0]!.externalHash);
});

test('an external id is still known after a rotation, and a later click under the new key wins', async () => {
  const own = world();
  const { clickId, urlId } = await aRecorded(own);
  await own.record({ clickId, eventName: 'sale' });
  await own.rotate();
  await own.record({ eventId: 'after' });
  expect((await own.recorded()).find(({ eventId }) => eventId === 'after')).toMatchObject({ clickId, urlId });

  const later = aClick({ workspaceId, atMs: own.clock.nowMs });
  await recordAt(own.stores, later);
  await own.record({ clickId: later.clickId, eventName: 'sale' });
  await own.record({ eventId: 'last' });
  expect((await own.recorded()).find(({ eventId }) => eventId === 'last')).toMatchObject({
    clickId: later.clickId,
  });
});

test('an external id whose click has ended is nobody', async () => {
  const own = world();
  const { clickId } = await aRecorded(own);
  await own.record({ clickId });
  own.clock.nowMs = clickTtlSeconds(plan, clickMs(clickId)) * 1_000;
  await own.record({ eventId: 'late' });
  expect((await own.recorded()).find(({ eventId }) => eventId === 'late')).toMatchObject({
    clickId: null,
    urlId: null,
  });
});

describe('a click that is erased between its look-up and the record', () => {
  /** The click goes just before something is written for the first time. */
  async function erasing(own: ReturnType<typeof world>) {
    const click = await aRecorded(own);
    await own.record({ clickId: click.clickId, eventName: 'sale', eventId: 'before' });
    const { record } = own.stores.conversions;
    own.stores.conversions.record = async (...args) => {
      await own.stores.remover.remove(workspaceId, [clickItem(click, 1, false, 2)]);
      return record(...args);
    };
    return click;
  }

  test('is not found, when the conversion names it', async () => {
    const own = world();
    const { clickId } = await erasing(own);
    await expect(own.record({ clickId })).rejects.toMatchObject({ code: 'not_found' });
    expect(await own.recorded()).toHaveLength(1);
  });

  test('leaves a conversion unattributed that knows only its visitor', async () => {
    const own = world();
    await erasing(own);
    await own.record({ eventId: 'after' });
    expect(await own.recorded()).toEqual(
      expect.arrayContaining([expect.objectContaining({ eventId: 'after', clickId: null, urlId: null })]),
    );
  });
});
