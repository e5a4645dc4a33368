import { setTimeout as sleep } from 'node:timers/promises';
import { invocationTime } from '#shared/invocation-time.ts';

test('of several invocations at once each has a signal of its own, which ends with it', async () => {
  const time = invocationTime(0);
  const { promise: secondIsOver, resolve } = Promise.withResolvers<void>();
  const first = time.run(10_000, async (signal) => {
    await secondIsOver;
    await sleep(1);
    expect(time.signal).toBe(signal);
    expect(signal.aborted).toBe(false);
    return signal;
  });
  const second = await time.run(10_000, async (signal) => {
    expect(time.signal).toBe(signal);
    return signal;
  });
  expect(second.aborted).toBe(true);
  resolve();
  expect((await first).aborted).toBe(true);
});

test('what is asked outside of any invocation is never aborted', async () => {
  const time = invocationTime(0);
  await time.run(10, async () => undefined);
  expect(time.signal.aborted).toBe(false);
});

test('is over at its deadline', async () => {
  const time = invocationTime(20);
  await time.run(25, async (signal) => {
    await new Promise((aborted) => signal.addEventListener('abort', aborted));
    expect(signal.reason).toMatchObject({ name: 'DeadlineError' });
  });
});
