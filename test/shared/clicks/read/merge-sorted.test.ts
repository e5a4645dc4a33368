import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';
import { chained } from '#shared/clicks/read/chained.ts';
import { mergeSorted } from '#shared/clicks/read/merge-sorted.ts';

/** Batches as a store would give them, empty ones among them; `closed` counts sources whose reader has left. */
function source(batches: string[][], onClose = () => {}): AsyncIterable<string[]> {
  return (async function* () {
    try {
      for (const batch of batches) {
        await null;
        yield batch;
      }
    } finally {
      onClose();
    }
  })();
}

const identity = (text: string): string => text;

describe('mergeSorted', () => {
  test('of nothing is nothing', async () => {
    expect(await Array.fromAsync(mergeSorted([], identity))).toEqual([]);
    expect(await Array.fromAsync(mergeSorted([source([]), source([[], []])], identity))).toEqual([]);
  });

  test('sorts what sorted sources hold, however it is cut into batches', async () => {
    const batches = fc.array(fc.array(fc.string({ maxLength: 3 }), { maxLength: 5 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(batches, { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (all, size) => {
          const sources = all.map((own) => {
            const left = own.flat().toSorted();
            return own.map(({ length }) => left.splice(0, length));
          });
          const merged = await Array.fromAsync(
            mergeSorted(
              sources.map((own) => source(own)),
              identity,
              size,
            ),
          );
          expect(merged.flat()).toEqual(all.flat(2).toSorted());
          expect(merged.every(({ length }) => length > 0 && length <= size)).toBe(true);
        },
      ),
    );
  });

  test('lets go of every source when its reader stops or one of them fails', async () => {
    let closed = 0;
    const open = () => source([['a'], ['b'], ['c']], () => (closed += 1));
    for await (const _batch of mergeSorted([open(), open()], identity)) break;
    expect(closed).toBe(2);
    const failing = (async function* (): AsyncGenerator<string[]> {
      yield ['a'];
      throw new Error('throttled');
    })();
    await expect(Array.fromAsync(mergeSorted([open(), failing], identity))).rejects.toThrow('throttled');
    expect(closed).toBe(3);
  });
});

describe('chained', () => {
  const opened: string[] = [];
  const open = (key: string) => {
    opened.push(key);
    return source([[`${key}1`], [`${key}2`]]);
  };
  beforeEach(() => opened.splice(0));

  test.each([true, false])('gives one source after the other (ahead: %s)', async (ahead) => {
    const batches = await Array.fromAsync(chained(['a', 'b', 'c'], open, { ahead }));
    expect(batches.flat()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
    expect(opened).toEqual(['a', 'b', 'c']);
  });

  test.each([
    [true, ['a', 'b']],
    [false, ['a']],
  ])('opens as far ahead as it is told (ahead: %s)', async (ahead, expected) => {
    for await (const _batch of chained(['a', 'b', 'c'], open, { ahead })) break;
    expect(opened).toEqual(expected);
  });

  test.each([true, false])('holds no batch of a source that has been read (ahead: %s)', async (ahead) => {
    v8.setFlagsFromString('--expose-gc');
    const collectGarbage = vm.runInNewContext('gc') as () => void;
    const batches: WeakRef<string[]>[] = [];
    const made = (key: string) => {
      const batch = [key];
      batches.push(new WeakRef(batch));
      return source([batch, [key]]);
    };
    const days = Array.from({ length: 100 }, (_, day) => `day ${day}`);
    let held = 0;
    for await (const batch of chained(days, made, { ahead })) {
      if (batch[0] !== 'day 98') continue;
      // A weak reference holds on to what it was made for until its turn is over.
      await turn();
      collectGarbage();
      held = batches.filter((reference) => reference.deref() !== undefined).length;
    }
    expect(batches).toHaveLength(days.length);
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThanOrEqual(3);
  });

  test('a source ahead that fails is heard of when its turn comes, and not before', async () => {
    const failing = (key: string) => (key === 'b' ? failure() : source([[`${key}1`]]));
    const seen: string[] = [];
    const read = async () => {
      for await (const batch of chained(['a', 'b'], failing)) seen.push(...batch);
    };
    await expect(read()).rejects.toThrow('no such day');
    expect(seen).toEqual(['a1']);
  });
});

const failure = (): AsyncIterable<string[]> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('no such day')) }),
});
