import { setImmediate } from 'node:timers/promises';
import { KeyLocks } from '#bin/local/dynamodb/key-locks.ts';

test('holders of a common name run one after the other, in the order in which they came', async () => {
  const locks = new KeyLocks();
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await setImmediate();
    order.push(`${name} ends`);
  };
  await Promise.all([
    locks.hold(['a', 'b'], work('1')),
    locks.hold(['b', 'a'], work('2')),
    locks.hold(['b'], work('3')),
  ]);
  expect(order).toEqual(['1 begins', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends']);
});

test('holders without a common name run at once', async () => {
  const locks = new KeyLocks();
  const bothRun = Promise.withResolvers<void>();
  await Promise.all([
    locks.hold(['a'], () => bothRun.promise),
    locks.hold(['b'], async () => bothRun.resolve()),
  ]);
});

test('work that fails gives its locks back, and the error to its caller', async () => {
  const locks = new KeyLocks();
  const failed = locks.hold(['a'], async () => {
    throw new Error('on purpose');
  });
  await expect(failed).rejects.toThrow('on purpose');
  await expect(locks.hold(['a', 'a'], async () => 'free')).resolves.toBe('free');
});
