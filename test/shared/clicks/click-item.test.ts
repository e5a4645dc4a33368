import { CLICK_ATTRIBUTES } from '#shared/clicks/click.ts';
import { clickFrom, clickItem } from '#shared/clicks/click-item.ts';
import { aClick } from '#test/support/clicks.ts';

/**
 * The size of an item as DynamoDB bills it.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function billedBytes(item: ReturnType<typeof clickItem>): number {
  return Object.entries(item).reduce((bytes, [name, value]) => {
    const size =
      value.S !== undefined
        ? Buffer.byteLength(value.S)
        : value.N !== undefined
          ? Math.ceil(value.N.length / 2) + 1
          : 1;
    return bytes + Buffer.byteLength(name) + size;
  }, 0);
}

test('a click with everything known is stored in less than 500 bytes', () => {
  expect(billedBytes(clickItem(aClick(), 1_776_000_000_000, false, 1_800_000_000))).toBeLessThan(500);
});

test('no two attributes have one name, and none is a key', () => {
  const names = Object.values(CLICK_ATTRIBUTES);
  expect(new Set([...names, 'pk', 'sk', 'ttl']).size).toBe(names.length + 3);
});

test('a click comes back from its item as it was', () => {
  const click = aClick({ tags: [], bot: true, referrer: null, space: '', touchType: 'qr_scan' });
  expect(clickFrom(clickItem(click, 1_776_000_000_123, true, 1))).toEqual({
    ...click,
    recordedAtMs: 1_776_000_000_123,
    late: true,
  });
});

test('what is unknown takes no room', () => {
  const item = clickItem(aClick({ city: null, tags: [], deviceBrand: null }), 1, false, 2);
  expect(Object.keys(item)).not.toEqual(expect.arrayContaining(['ci']));
  expect(item.tg).toBeUndefined();
  expect(item.db).toBeUndefined();
  expect(item.l).toBeUndefined();
});
