import {
  closingKey,
  fileKey,
  indexKey,
  jobPrefixes,
  linksKey,
  segmentKey,
  tailKey,
} from '#shared/exports/files/file-keys.ts';
import type { ExportJob, Segment } from '#shared/exports/jobs/job.ts';

const ref = { workspaceId: 'w', jobId: 'j' };
const job = (fence: number) => ({ ...ref, fence }) as ExportJob;
const segment = (n: number, fence: number) => ({ ...ref, n, fence }) as Segment;

/** Makers of keys from a number within the job, a fence, and a count of what the fence has written. */
const KEYS: Record<string, (n: number, fence: number, count: number) => string> = {
  segment: (n, fence) => segmentKey(segment(n, fence), false),
  'segment that is the file': (n, fence) => segmentKey(segment(n, fence), true),
  tail: (n, fence, count) => tailKey(segment(n, fence), count),
  index: (n, fence, count) => indexKey(segment(n, fence), count),
  file: (n, fence) => fileKey(job(fence), n),
  closing: (n, fence) => closingKey(job(fence), n),
  links: (_, fence, count) => linksKey(job(fence), count),
};

// Nothing else keeps a worker that has lost its lease from writing over what somebody else has recorded.
test('no two writers, files, segments or writes of a job share a key', () => {
  const numbers = [0, 1, 2, 10, 11, 12, 101, 112];
  const places = numbers.flatMap((n) =>
    numbers.flatMap((fence) => numbers.map((count) => [n, fence, count])),
  );
  const owners = new Map<string, Set<string>>();
  for (const [name, keyOf] of Object.entries(KEYS))
    for (const [n, fence, count] of places as [number, number, number][]) {
      const key = keyOf(n, fence, count);
      const counts = ['tail', 'index', 'links'].includes(name) ? count : 0;
      const owner = `${name} ${name === 'links' ? 0 : n} ${fence} ${counts}`;
      owners.set(key, (owners.get(key) ?? new Set()).add(owner));
    }
  expect([...owners].filter(([, { size }]) => size > 1)).toEqual([]);
});

test('only what may be downloaded lies under exports/', () => {
  const { kept } = jobPrefixes(ref);
  const isKept = Object.entries(KEYS).filter(([, keyOf]) => keyOf(0, 1, 0).startsWith(kept));
  expect(isKept.map(([name]) => name)).toEqual(['segment that is the file', 'file']);
});
