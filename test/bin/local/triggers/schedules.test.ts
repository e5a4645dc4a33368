import { parseRate } from '#bin/local/triggers/schedules.ts';
import { startFixtureStack } from '../fixtures/start-fixture-stack.ts';

test.each(['rate(0 minutes)', 'rate(5 weeks)', 'rate(1.5 hours)', 'cron(0 12 * * ? *)', ''])(
  '%s is refused',
  (rate) => {
    expect(() => parseRate(rate)).toThrow(/must be rate\(<number> <unit>\)/);
  },
);

test.each([
  ['rate(3 seconds)', 3000],
  ['rate(1 minute)', 60_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('%s is %d ms', (rate, ms) => {
  expect(parseRate(rate)).toBe(ms);
});

test('a schedule wakes its function again and again, at the rate of the parameter', async () => {
  const swept = Promise.withResolvers<string>();
  let runs = 0;
  const stack = await startFixtureStack({
    parameters: { SweepRate: 'rate(1 second)' },
    log: (line) => {
      runs += 1;
      if (runs === 2) swept.resolve(line);
    },
  });
  try {
    expect(await swept.promise).toBe('sweep: {"level":"WARN","message":"swept","source":"aws.events"}');
  } finally {
    await stack.stop();
  }
});
