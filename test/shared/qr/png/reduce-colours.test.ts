import { reduceColours } from '#shared/qr/png/reduce-colours.ts';

const colour = (red: number, green: number, blue: number, alpha = 255): number =>
  ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;

test('few colours stay what they are', () => {
  const { palette, numbers } = reduceColours(
    new Map([
      [colour(255, 255, 255), 900],
      [colour(1, 2, 3, 4), 5],
    ]),
    100,
  );
  expect(palette[numbers.get(colour(255, 255, 255))!]).toEqual([255, 255, 255, 255]);
  expect(palette[numbers.get(colour(1, 2, 3, 4))!]).toEqual([1, 2, 3, 4]);
});

test('of many the most frequent stay, and the others become one that is near', () => {
  const counts = new Map<number, number>([[colour(10, 20, 200), 50_000]]);
  for (let red = 0; red < 256; red += 3) {
    for (let green = 0; green < 256; green += 3) counts.set(colour(red, green, 0), 1 + (red % 5));
  }
  const { palette, numbers } = reduceColours(counts, 127);
  expect(palette.length).toBeLessThanOrEqual(127);
  expect(palette[numbers.get(colour(10, 20, 200))!]).toEqual([10, 20, 200, 255]);
  expect(numbers.size).toBe(counts.size);
  const far = [...counts.keys()].filter((each) => {
    const [red, green] = palette[numbers.get(each)!]!;
    return Math.abs(red - (each & 255)) > 24 || Math.abs(green - ((each >> 8) & 255)) > 24;
  });
  expect(far).toEqual([]);
});
