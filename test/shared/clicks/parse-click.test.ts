import { CLICK_TEXT_BYTES } from '#shared/clicks/capture/click-texts.ts';
import type { Click } from '#shared/clicks/click.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import { parseClick } from '#shared/clicks/parse-click.ts';
import { utf8Bytes } from '#shared/utf8.ts';
import { aClick } from '#test/support/clicks.ts';

const parse = (members: object): Click => parseClick(JSON.stringify({ ...aClick(), ...members }));

test('a click comes through as it was sent', () => {
  const click = aClick();
  expect(parseClick(JSON.stringify(click))).toEqual(click);
});

test('what an older redirect does not send is unknown, what a newer one sends beyond is dropped', () => {
  const { referrer: _, tags: __, ...older } = aClick();
  expect(parseClick(JSON.stringify(older))).toMatchObject({ referrer: null, tags: [] });
  expect(parse({ mood: 'sunny' })).not.toHaveProperty('mood');
});

test.each([
  [{ clickId: 'x' }, 'not a ULID'],
  [{ shortCode: 'x'.repeat(65) }, 'shortCode'],
  [{ domain: 'x'.repeat(254) }, 'domain'],
  [{ tags: Array.from({ length: 51 }, String) }, 'tags'],
  [{ touchType: 'constructor' }, 'touchType'],
])('a click with %j is refused, and the error says why', (members, why) => {
  expect(() => parse(members)).toThrow(why);
});

test.each(['a', 'ü', '€', '\u{1F600}'])(
  'the item of the largest click of %j has a bound in UTF-8',
  (letter) => {
    const endless = letter.repeat(20_000);
    const { shortCode: _, domain: __, ...texts } = CLICK_TEXT_BYTES;
    const members = Object.fromEntries(Object.keys(texts).map((member) => [member, endless]));
    const click = parse({ ...members, tags: Array.from({ length: 50 }, () => endless) });
    for (const [member, maxBytes] of Object.entries(texts)) {
      expect(utf8Bytes(click[member as keyof typeof texts] ?? '')).toBeLessThanOrEqual(maxBytes);
    }
    expect(utf8Bytes(JSON.stringify(clickItem(click, Date.now(), true, 4e9)))).toBeLessThan(20_000);
  },
);
