import { type ExportJob, UNTOUCHED } from '#shared/exports/jobs/job.ts';
import { idsOf, specOf, splitSpec } from '#shared/exports/jobs/long-lists.ts';
import { newUuid } from '#shared/ids.ts';

const JOB_ID = newUuid();

const jobOf = ({ stored, idRuns, listRuns }: ReturnType<typeof splitSpec>): ExportJob => ({
  ...UNTOUCHED,
  jobId: JOB_ID,
  workspaceId: 'w',
  kind: 'analytics',
  spec: stored,
  specHash: '',
  idRuns: idRuns.length,
  listRuns: listRuns.length,
  requestedBy: { keyId: null, email: null },
  snapshotMs: 0,
  createdAtMs: 0,
});

/** A store that has these records beside the job. */
const beside = ({ idRuns, listRuns }: ReturnType<typeof splitSpec>) => ({
  idRuns: async () => idRuns,
  listRuns: async () => listRuns,
});

const texts = (count: number, text: string) => Array.from({ length: count }, (_, n) => `${n} ${text}`);

test('short lists stay in the spec', () => {
  const spec = { spaces: texts(100, 'a'), url_ids: [newUuid()], include_bots: true };
  expect(splitSpec(JOB_ID, spec)).toEqual({ stored: spec, idRuns: [], listRuns: [] });
});

test.each([
  ['many', texts(101, 'a')],
  ['large', texts(20, 'x'.repeat(220))],
  ['large in UTF-8 alone', texts(20, '好'.repeat(80))],
])('lists that are %s stand beside the job and are echoed as count and hash', async (_what, spaces) => {
  const spec = { spaces, tags: ['a'], include_bots: true };
  const split = splitSpec(JOB_ID, spec);
  expect(split.stored).toEqual({
    spaces: { count: spaces.length, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    tags: ['a'],
    include_bots: true,
  });
  expect(await specOf(jobOf(split), beside(split))).toEqual(spec);
});

test('lists of a megabyte are cut into items that fit, in mid-character too', async () => {
  const spec = {
    spaces: texts(1_000, '好'.repeat(120)),
    tags: texts(1_000, '😀'.repeat(110)),
    domains: ['a.example'],
  };
  const split = splitSpec(JOB_ID, spec);
  expect(split.listRuns.length).toBeGreaterThan(2);
  expect(Math.max(...split.listRuns.map(({ json }) => json.length))).toBeLessThan(300_000);
  expect(await specOf(jobOf(split), beside(split))).toEqual(spec);
});

test('ids are packed, and found in order', async () => {
  const ids = Array.from({ length: 1_001 }, newUuid).toSorted();
  const split = splitSpec(JOB_ID, { url_ids: ids });
  expect(split.idRuns).toHaveLength(3);
  expect(split.stored).toEqual({ url_ids: { count: 1_001, hash: expect.any(String) } });
  expect(await idsOf(jobOf(split), beside(split))).toEqual(ids);
});
