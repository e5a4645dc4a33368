import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { TimedOut, within } from '#shared/redirects/within.ts';

test('what does not answer in time has failed', async () => {
  await expect(within(5, 'the table', () => new Promise(() => {}))).rejects.toThrow(
    new TimedOut('the table', 5).message,
  );
});

test('a failure in time is passed on', async () => {
  await expect(within(1_000, 'the table', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
});

test('an answer in time is passed on, and nothing keeps the process waiting', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await expect(within(60_000, 'the table', () => Promise.resolve(7))).resolves.toBe(7);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
});

test('work that took too long is told to stop', async () => {
  const reasons: unknown[] = [];
  const work = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason);
      });
    });
  await expect(within(5, 'the table', work)).rejects.toThrow(TimedOut);
  expect(reasons).toEqual([expect.any(TimedOut)]);
});

test('an answer that came while the process stood still is in time', async () => {
  const server = createServer((socket) => socket.end('answer'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const answer = within(20, 'the table', async () => String((await once(socket, 'data'))[0]));
  await new Promise(setImmediate);
  const until = performance.now() + 60;
  while (performance.now() < until);
  expect(await answer).toBe('answer');
  socket.destroy();
  server.close();
});
