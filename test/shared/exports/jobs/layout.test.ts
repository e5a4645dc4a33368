import { ofFile, placeOf } from '#shared/exports/jobs/layout.ts';

const job = { layout: [2, 0, 1, 0] };

test.each([
  [0, { file: 0, isFirst: true, isOnly: false }],
  [1, { file: 0, isFirst: false, isOnly: false }],
  [2, { file: 2, isFirst: true, isOnly: true }],
])('segment %d of files of 2, 0, 1 and 0 is %j', (n, place) => {
  expect(placeOf(job, n)).toEqual(place);
});

test('each file has its segments', () => {
  const segments = ['a', 'b', 'c'];
  expect(job.layout.map((_, file) => ofFile(job, file, segments))).toEqual([['a', 'b'], [], ['c'], []]);
});
