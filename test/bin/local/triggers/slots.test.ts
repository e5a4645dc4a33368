import { Slots } from '#bin/local/triggers/slots.ts';

test('whoever comes when all places are taken waits for one to be freed', async () => {
  const slots = new Slots(2);
  const order: string[] = [];
  const free = await slots.take();
  await slots.take();
  const third = slots.take().then(() => order.push('third'));
  await Promise.resolve();
  order.push('freed');
  free();
  await third;
  expect(order).toEqual(['freed', 'third']);
});

test('it tells when the last place is free', async () => {
  const slots = new Slots(2);
  await expect(slots.allFree()).resolves.toBeUndefined();
  const frees = [await slots.take(), await slots.take()];
  const order: string[] = [];
  const free = slots.allFree().then(() => order.push('all free'));
  frees[0]?.();
  await Promise.resolve();
  order.push('one is left');
  frees[1]?.();
  await free;
  expect(order).toEqual(['one is left', 'all free']);
});
