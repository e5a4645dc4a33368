import { type ClockReading, ClockWatch, clockGuard } from '#shared/clicks/clock-guard.ts';

const NOW_MS = Date.UTC(2026, 3, 12, 12, 0, 0, 400);

/** An answer that took so long, by a clock that is so far off. */
const reading = (skewMs: number, tookMs = 20, atMs = NOW_MS): ClockReading => ({
  sentAtMs: atMs + skewMs - tookMs,
  receivedAtMs: atMs + skewMs,
  dateMs: Math.floor((atMs - tookMs / 2) / 1_000) * 1_000,
});

describe('the clock watch', () => {
  test('knows nothing before the first answer and a minute after the last one', () => {
    const watch = new ClockWatch();
    expect(watch.skewMs(NOW_MS)).toBeUndefined();
    watch.observe(reading(0));
    expect(watch.skewMs(NOW_MS + 60_000)).toBe(0);
    expect(watch.skewMs(NOW_MS + 60_001)).toBeUndefined();
  });

  test.each([
    ['the same clock', 0, 0],
    ['a clock ahead by less than the whole seconds of the header can tell', 500, 0],
    ['a clock that is two minutes ahead', 120_000, 119_381],
    ['a clock that is two minutes behind', -120_000, 119_600],
  ])('%s', (_what, skewMs, expected) => {
    const watch = new ClockWatch();
    watch.observe(reading(skewMs));
    expect(watch.skewMs(NOW_MS + skewMs)).toBe(expected);
  });

  test('a slow answer proves less', () => {
    const watch = new ClockWatch();
    watch.observe(reading(4_000, 8_000));
    expect(watch.skewMs(NOW_MS + 4_000)).toBe(0);
  });

  test('the largest difference of the last minute counts, however many smaller ones follow', () => {
    const watch = new ClockWatch();
    watch.observe(reading(30_000));
    for (let later = 1; later <= 3; later += 1) watch.observe(reading(20_000, 20, NOW_MS + later * 15_000));
    expect(watch.skewMs(NOW_MS + 30_000 + 50_000)).toBe(29_381);
    // Only the smaller ones are of the last minute now.
    expect(watch.skewMs(NOW_MS + 30_000 + 75_000)).toBe(19_381);
  });
});

describe('the clock guard', () => {
  const guardOf = (skewMs: number, probe = async () => {}) => {
    const watch = new ClockWatch();
    const now = () => NOW_MS + skewMs;
    let probes = 0;
    const guard = clockGuard({
      watch,
      boundMs: 10_000,
      now,
      probe: async () => {
        probes += 1;
        watch.observe(reading(skewMs));
        await probe();
      },
    });
    return { guard, probes: () => probes };
  };

  test.each([-11_000, 12_000])('refuses a clock that is %i ms off', async (skewMs) => {
    await expect(guardOf(skewMs).guard.check()).rejects.toThrow('at most 10000 are allowed');
  });

  test.each([-10_000, 0, 10_000])('lets a clock pass that is %i ms off', async (skewMs) => {
    await expect(guardOf(skewMs).guard.check()).resolves.toBeUndefined();
  });

  test('refuses when the database does not answer', async () => {
    const silent = clockGuard({
      watch: new ClockWatch(),
      boundMs: 10_000,
      now: () => NOW_MS,
      probe: () => Promise.reject(new Error('connection refused')),
    });
    await expect(silent.check()).rejects.toMatchObject({
      name: 'ClockSkewError',
      cause: new Error('connection refused'),
    });
  });

  test('takes the time of a refusal as well', async () => {
    const { guard } = guardOf(0, () => Promise.reject(new Error('access denied')));
    await expect(guard.check()).resolves.toBeUndefined();
  });

  test('asks once while an answer is fresh', async () => {
    const { guard, probes } = guardOf(0);
    await guard.check();
    await guard.check();
    expect(probes()).toBe(1);
  });
});
