import { eachLimited } from '#shared/each-limited.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('does the work for each item once, for at most so many at a time', async () => {
  const done: number[] = [];
  let underWay = 0;
  let most = 0;
  await eachLimited([0, 1, 2, 3, 4, 5, 6], 3, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await turn();
    underWay -= 1;
    done.push(item);
  });
  expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(3);
});

test('after a failure begins nothing more, and tells of it when what was under way has ended', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw new Error('broken');
    await turn();
    await turn();
    ended.push(item);
  };
  await expect(eachLimited([0, 1, 2, 3, 4], 2, work)).rejects.toThrow('broken');
  expect(ended).toEqual([0]);
});

test('of several failures it tells the first in time', async () => {
  const work = async (item: string) => {
    if (item === 'slow') await turn();
    throw new Error(item);
  };
  await expect(eachLimited(['slow', 'quick'], 2, work)).rejects.toThrow('quick');
});

test('no items, no work', async () => {
  await eachLimited([], 4, () => Promise.reject(new Error('no')));
});
