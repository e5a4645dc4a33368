import { TimedOut, within } from '#shared/redirects/within.ts';

test('what does not answer in time has failed', async () => {
  await expect(within(5, 'the table', new Promise(() => {}))).rejects.toThrow(
    new TimedOut('the table', 5).message,
  );
});

test('a failure in time is passed on', async () => {
  await expect(within(1_000, 'the table', Promise.reject(new Error('down')))).rejects.toThrow('down');
});

test('an answer in time is passed on, and nothing keeps the process waiting', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await expect(within(60_000, 'the table', Promise.resolve(7))).resolves.toBe(7);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
});
