import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { CLICK_STORES, type ClickStores, recordAt } from '#test/support/recorded-clicks.ts';

describe.each(CLICK_STORES)('the click store %s', (_where, open) => {
  let stores: ClickStores;
  let workspaceId: string;
  const ours = (members: Parameters<typeof aClick>[0] = {}) => aClick({ workspaceId, ...members });

  beforeAll(async () => {
    stores = await open();
  });
  beforeEach(() => {
    workspaceId = newUuid();
  });

  test('a click of another workspace is not found', async () => {
    const click = ours();
    await recordAt(stores, click);
    expect(await stores.store.find(newUuid(), click.clickId)).toBeUndefined();
  });

  test('a click that was never recorded is not found', async () => {
    expect(await stores.store.find(workspaceId, ours().clickId)).toBeUndefined();
  });

  test('a click comes back as it was recorded', async () => {
    const click = ours({ touchType: 'qr_scan', bot: true, city: 'Łódź', tags: [], utmTerm: '' });
    expect(await recordAt(stores, click, { recordedAtMs: 1_776_000_000_123 })).toBe('recorded');
    expect(await stores.store.find(workspaceId, click.clickId)).toEqual({
      ...click,
      recordedAtMs: 1_776_000_000_123,
      late: false,
    });
  });

  test('a click of which nothing is known comes back with nothing known', async () => {
    const unknown = Object.fromEntries(
      Object.entries(ours()).map(([name, value]) => [name, typeof value === 'string' ? null : value]),
    );
    const { clickId, urlId, shortCode, domain, touchType } = ours();
    const click = { ...ours(), ...unknown, workspaceId, clickId, urlId, shortCode, domain, touchType };
    await recordAt(stores, click);
    expect(await stores.store.find(workspaceId, clickId)).toMatchObject(click);
  });

  test.each([
    ['on time, then on time', false, false],
    ['on time, then late', false, true],
    ['late, then on time', true, false],
    ['late, then late', true, true],
  ])('a click that is delivered twice stays as it was first recorded: %s', async (_case, first, second) => {
    const click = ours();
    expect(await recordAt(stores, click, { late: first, recordedAtMs: 1_776_000_000_000 })).toBe('recorded');
    expect(await recordAt(stores, click, { late: second, recordedAtMs: 1_776_000_099_000 })).toBe(
      'already_there',
    );
    expect(await stores.store.find(workspaceId, click.clickId)).toMatchObject({
      late: first,
      recordedAtMs: 1_776_000_000_000,
    });
  });

  test('twenty deliveries at once record a click once', async () => {
    const click = ours();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        recordAt(stores, click, { late: at % 2 === 0 }).catch(() => 'failed'),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
  });

  test('a day that is opened again stays as it is', async () => {
    await stores.store.openDay(workspaceId, '20260412', 1_800_000_000);
    await stores.store.openDay(workspaceId, '20260413', 1_800_000_000);
    await stores.store.openDay(workspaceId, '20260412', 1_800_000_000);
    expect(await stores.pages.days(workspaceId, '20260101', '20261231')).toEqual(['20260412', '20260413']);
  });
});
