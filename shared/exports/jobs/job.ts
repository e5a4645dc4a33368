/** `queued → processing → ready | failed | canceled`, and `ready → expired`. */
export type JobState = 'queued' | 'processing' | 'ready' | 'failed' | 'canceled' | 'expired';

/** What a processing job is busy with; also the steps that a message can ring for. */
export type Stage = 'plan' | 'segments' | 'assemble';

/** Every stored record counts its versions: it is replaced only over the version that was read. 0 = not stored yet. */
type Versioned = { version: number };

/**
 * Something that one worker at a time may work on. The fence grows with each claim; whoever holds an older one has
 * lost it. `claims` counts the claims since the last progress.
 */
/** `worker`: who has or had the lease: the name under which it writes its log. */
export type Leased = { fence: number; leaseUntilMs: number; claims: number; worker: string | null };

/** When the sweeper must look at a record, null for never, and how often it has rung since something happened. */
export type Due = { dueAtMs: number | null; rings: number };

/** Bytes in a multipart upload that will count: only recorded parts are ever completed. */
export type UploadPart = { number: number; etag: string; bytes: number };
export type Upload = { key: string; uploadId: string; parts: readonly UploadPart[] };

/** A finished object: its size and the CRC-32 of its bytes. */
export type Stored = { key: string; bytes: number; crc32: number };

/** A file that can be downloaded. `sha256` is known when one slice wrote the file. */
export type ExportFile = Stored & {
  name: string;
  contentType: string;
  rows: number;
  sha256: string | null;
};

/** What a person would want to know of a job that fails at nothing. */
export type JobWarning = { code: 'no_rows' | 'unknown_names' | 'rows_skipped'; message: string };

export type JobFailure = { code: string; message: string; hint: string | null };

/** An object of 16-byte ids, one behind the other. */
export type IdPiece = { key: string; count: number };

/** Links that a plan has frozen, in its order: inline when few, in pieces when many; null = every link. */
export type FrozenLinks = { inline: Uint8Array } | { pieces: readonly IdPiece[] } | null;

/** Click times or creation times, both ends included, ms. */
export type TimeRange = { fromMs: number; toMs: number };

/** Places among the frozen links, from the first to behind the last, in their order. */
export type IdRange = { fromId: number; toId: number };

/** What a segment covers. */
export type SegmentRange = TimeRange | IdRange;

/** How far the choosing of links is: the ids so far, and where it goes on in the kind's own words. */
export type Choosing = { cursor: string; pieces: readonly IdPiece[] };

/**
 * How far the making of the files is: those that are complete, and of the next one the bytes that close it and its
 * upload. Nothing of it is shown before the job has ended.
 */
export type Assembly = { made: readonly ExportFile[]; closing: Stored | null; upload: Upload | null };

export type ExportJob = Versioned &
  Leased &
  Due & {
    record: 'job';
    jobId: string;
    workspaceId: string;
    /** Name of the kind, as the registry of kinds has it. */
    kind: string;
    /** As requested and validated; long lists stand in records of their own and here as `{count, hash}`. */
    spec: Readonly<Record<string, unknown>>;
    /** Same spec, same hash: tells repeats apart from new requests. */
    specHash: string;
    /** How many records of ids, and of other long lists, belong to the spec. */
    idRuns: number;
    listRuns: number;
    /** Of what was asked for; those of the file follow from the rest. */
    warnings: readonly JobWarning[];
    requestedBy: { keyId: string | null; email: string | null };
    state: JobState;
    stage: Stage | null;
    /** False while the job waits for a running place. */
    admitted: boolean;
    /** The file shows what was recorded until then. */
    snapshotMs: number;
    /** While the job is planned and its links are being chosen. */
    choosing: Choosing | null;
    frozenLinks: FrozenLinks;
    rowsTotal: number | null;
    /** Rows, bytes and unreadable rows of the segments that are done. */
    rows: number;
    skippedRows: number;
    segments: number;
    /** How many of them each file has, in the order of the files: the first ones belong to the first file. */
    layout: readonly number[];
    segmentsLeft: number;
    /** Segments 0 … segmentsRung − 1 have been rung for. */
    segmentsRung: number;
    restarts: number;
    assembly: Assembly | null;
    /** What is there to be downloaded; outcomes.ts says what each outcome shows of it. */
    files: readonly ExportFile[];
    failure: JobFailure | null;
    /** True from the end of the job until its leftovers are removed. */
    unclean: boolean;
    createdAtMs: number;
    startedAtMs: number | null;
    finishedAtMs: number | null;
    expiresAtMs: number | null;
  };

/** What rows left behind for the end of their file: in the record when small, else an object. */
export type SegmentIndex = { inline: Uint8Array } | { key: string; bytes: number };

export type Segment = Versioned &
  Leased &
  Due & {
    record: 'segment';
    jobId: string;
    workspaceId: string;
    n: number;
    /** Fence of the plan that made it: an older plan cannot overwrite it. */
    planFence: number;
    range: SegmentRange;
    state: 'open' | 'done';
    /** Where reading goes on; the kind's own words. Null = at the beginning. */
    cursor: string | null;
    /** True when all rows are read and all parts recorded. */
    exhausted: boolean;
    upload: Upload | null;
    /** Bytes behind the recorded parts that are too few for a part. */
    tail: { key: string; bytes: number } | null;
    /** What the format will need to close the file, of all rows up to the cursor. */
    index: SegmentIndex | null;
    rows: number;
    skippedRows: number;
    bytes: number;
    crc32: number;
    sha256: string | null;
    restarts: number;
  };

/** The running and waiting jobs of a workspace, oldest first. */
export type Slots = Versioned & {
  record: 'slots';
  workspaceId: string;
  /** Of the plan when the last job was accepted. */
  runningCap: number;
  running: readonly SlotEntry[];
  waiting: readonly SlotEntry[];
};
export type SlotEntry = { jobId: string; specHash: string };

/** A job that nothing has happened to. */
export const UNTOUCHED = {
  record: 'job',
  version: 0,
  state: 'queued',
  stage: null,
  admitted: false,
  fence: 0,
  leaseUntilMs: 0,
  worker: null,
  claims: 0,
  dueAtMs: null,
  rings: 0,
  listRuns: 0,
  warnings: [],
  choosing: null,
  frozenLinks: null,
  rowsTotal: null,
  rows: 0,
  skippedRows: 0,
  segments: 0,
  layout: [],
  segmentsLeft: 0,
  segmentsRung: 0,
  restarts: 0,
  assembly: null,
  files: [],
  failure: null,
  unclean: false,
  startedAtMs: null,
  finishedAtMs: null,
  expiresAtMs: null,
} as const satisfies Partial<ExportJob>;

/** One Idempotency-Key: which job it made. */
export type IdempotencyRow = Versioned & {
  record: 'idempotency';
  workspaceId: string;
  keyHash: string;
  jobId: string;
  specHash: string;
  createdAtMs: number;
};

/** Part of a long id list of a spec: up to 500 ids of 16 bytes. */
export type IdRun = Versioned & { record: 'ids'; jobId: string; n: number; ids: Uint8Array };

/** Part of the other long lists of a spec: up to 256 KiB of `{"<field>": [...]}`, cut anywhere. */
export type ListRun = Versioned & { record: 'lists'; jobId: string; n: number; json: Uint8Array };

export type JobRecord = ExportJob | Segment | Slots | IdempotencyRow | IdRun | ListRun;

export const hasEnded = (job: Pick<ExportJob, 'state'>): boolean =>
  job.state !== 'queued' && job.state !== 'processing';

/** The state that a reader sees: a file whose time has run out is expired before the sweeper says so. */
export const stateAt = (job: ExportJob, nowMs: number): JobState =>
  job.state === 'ready' && job.expiresAtMs !== null && job.expiresAtMs <= nowMs ? 'expired' : job.state;
