import { type ExportJob, type Segment, UNTOUCHED } from '#shared/exports/jobs/job.ts';
import { asStoredToday } from '#shared/exports/jobs/stored-records.ts';

const IDS = { jobId: '01999999-0000-7000-8000-000000000001', workspaceId: 'w', kind: 'analytics' };
const upload = { key: 'exports/w/j/file-7', uploadId: 'u', parts: [{ number: 1, etag: 'e', bytes: 5 }] };

/** A job as the version before files could close or be several left it, with what has happened to it since. */
function older(more: object): ExportJob {
  const { listRuns, warnings, choosing, layout, ...before } = UNTOUCHED;
  const told = { spec: {}, specHash: '', idRuns: 0, requestedBy: { keyId: null, email: null } };
  return { ...before, ...IDS, ...told, snapshotMs: 1, createdAtMs: 1, ...more } as unknown as ExportJob;
}

test('an older job has everything that one of today has', () => {
  const missing = { listRuns: 0, warnings: [], choosing: null, layout: [] };
  expect(asStoredToday(older({}))).toEqual({ ...older({}), ...missing });
  expect(asStoredToday(older({ warnings: [{ code: 'no_rows', message: 'm' }], listRuns: 3 }))).toMatchObject({
    warnings: [{ code: 'no_rows' }],
    listRuns: 3,
  });
});

test.each(['segments', 'assemble', null])(
  'an older job at stage %s has one file of all its segments',
  (stage) => {
    expect(asStoredToday(older({ state: 'processing', stage, segments: 3 })).layout).toEqual([3]);
  },
);

// While a new version is rolled out, a job that it accepted may be planned by the one before, which copies the layout.
test('a job that was accepted by this version and cut by an older one has one file', () => {
  expect(asStoredToday(older({ layout: [], stage: 'segments', segments: 5 })).layout).toEqual([5]);
});

test.each([[[8, 0]], [[0, 0]], [[2, 3, 3]], [[]]])('the layout %j of today stays', (layout) => {
  const segments = layout.reduce((sum, ofFile) => sum + ofFile, 0);
  expect(asStoredToday(older({ layout, segments })).layout).toEqual(layout);
});

test('the frozen links of an older job are one piece, or stay where they are', () => {
  const piece = { key: 'temporary/w/j/links-1', count: 600 };
  const inline = { inline: new Uint8Array(16) };
  const pieces = { pieces: [piece, piece] };
  const frozen = (frozenLinks: object | null) => asStoredToday(older({ frozenLinks })).frozenLinks;
  expect(frozen(piece)).toEqual({ pieces: [piece] });
  expect([frozen(inline), frozen(pieces), frozen(null)]).toEqual([inline, pieces, null]);
});

test('an assembly that an older version began goes on', () => {
  const assembly = (begun: object | null) => asStoredToday(older({ assembly: begun })).assembly;
  expect(assembly(upload)).toEqual({ made: [], closing: null, upload });
  const today = { made: [], closing: { key: 'k', bytes: 1, crc32: 2 }, upload: null };
  expect([assembly(today), assembly(null)]).toEqual([today, null]);
});

test('an older segment has left no index', () => {
  const segment = { record: 'segment', n: 0, upload, tail: null } as unknown as Segment;
  expect(asStoredToday(segment)).toEqual({ ...segment, index: null });
  const index = { inline: new Uint8Array([1]) };
  expect(asStoredToday({ ...segment, index })).toEqual({ ...segment, index });
});
