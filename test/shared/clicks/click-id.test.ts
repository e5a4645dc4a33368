import fc from 'fast-check';
import { decodeTime, ulid } from 'ulid';
import { CLICK_SHARDS } from '#shared/clicks/click.ts';
import {
  clickIdOf,
  clickMs,
  clickShard,
  firstClickIdAt,
  isClickId,
  lastClickIdAt,
  publicClickId,
} from '#shared/clicks/click-id.ts';

// The package takes 0 for "now".
const times = fc.integer({ min: 1, max: 2 ** 48 - 1 });

test.each([
  '',
  '01KP21HVXM3J0M0H0VW05HPWY',
  '01kp21hvxm3j0m0h0vw05hpwy4',
  '81KP21HVXM3J0M0H0VW05HPWY4',
  '01KP21HVXM3J0M0H0VW05HPWYI',
])('"%s" is no click id', (text) => expect(isClickId(text)).toBe(false));

test('a click id holds its time, as the ulid package reads it', () => {
  fc.assert(
    fc.property(times, (ms) => {
      const id = ulid(ms);
      expect(isClickId(id)).toBe(true);
      expect(clickMs(id)).toBe(ms);
      expect(decodeTime(id)).toBe(ms);
    }),
  );
});

test('every id of a millisecond lies between its first and its last', () => {
  fc.assert(
    fc.property(times, (ms) => {
      const id = ulid(ms);
      expect(firstClickIdAt(ms) <= id && id <= lastClickIdAt(ms)).toBe(true);
      expect(clickMs(firstClickIdAt(ms))).toBe(ms);
      expect(clickMs(lastClickIdAt(ms))).toBe(ms);
    }),
  );
});

test.each([
  ['random', (at: number) => ulid(1_776_000_000_000 + at)],
  [
    'counted up within one millisecond',
    (at: number) =>
      firstClickIdAt(1_776_000_000_000).slice(0, -3) + at.toString(32).toUpperCase().padStart(3, '0'),
  ],
])('ids that are %s spread over all shards', (_how, idAt) => {
  const sizes = new Array<number>(CLICK_SHARDS).fill(0);
  for (let at = 0; at < 8_000; at += 1) sizes[clickShard(idAt(at))]! += 1;
  for (const size of sizes) expect(Math.abs(size - 1_000)).toBeLessThan(200);
});

describe('the public form of a click id', () => {
  const ulid = '01M7YW38JR70J0R2CRV0RS9WNA';

  test.each(['', ulid, 'nimct_', `nimct_${ulid}0`, `nimct_${ulid.toLowerCase()}`, `NIMCT_${ulid}`])(
    '%j is none',
    (text) => {
      expect(clickIdOf(text)).toBeUndefined();
    },
  );

  test('leads back to the id', () => {
    expect(publicClickId(ulid)).toBe(`nimct_${ulid}`);
    expect(clickIdOf(publicClickId(ulid))).toBe(ulid);
  });
});
