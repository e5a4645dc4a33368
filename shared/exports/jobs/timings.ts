/** How long a claimed step belongs to its worker without a sign of life. A checkpoint renews it. */
export const LEASE_MS = 90_000;

/** How long a worker stays at one step before it hands on: short, so that a crash costs little. */
export const SLICE_MS = 45_000;

/** Kept free at the end of a worker's time: for the last part, its checkpoint and the hand-on. */
export const RESERVE_MS = 20_000;

/** The longest between two checkpoints while rows come in. */
export const CHECKPOINT_MS = 15_000;

/** First distance at which the sweeper rings again for what nobody claimed; it doubles with each ring. */
export const RING_AGAIN_MS = 60_000;
export const LONGEST_RING_MS = 3_600_000;

/** From an accident until the step is tried again; it doubles with each claim that got nowhere. */
export const FIRST_RETRY_MS = 10_000;

/** Claims in a row without a moved cursor after which a job is given up. */
export const MAX_CLAIMS = 8;

/** How often a file may be begun anew because its upload was lost or overwritten. */
export const MAX_RESTARTS = 3;

/** Segment messages of one job that are out at once. */
export const SEGMENTS_OUT = 8;

/** From the end of a job until its leftovers are removed: longer than any worker that still runs for it. */
export const CLEAN_AFTER_MS = 15 * 60_000;

export const FILE_MS = 30 * 86_400_000;
/** From the end of a file's time until its object goes; the bucket's own rule counts from the same day. */
export const SPARE_MS = 86_400_000;
export const JOB_RECORD_MS = 400 * 86_400_000;
export const IDEMPOTENCY_MS = 86_400_000;

/** Segments of a job, and parts of an upload: their records name each, and have to fit into an item. */
export const MAX_SEGMENTS = 2_000;
export const MAX_PARTS = 4_000;

/** Links that a filter may choose: a worker keeps 16 bytes of each in memory. */
export const MAX_CHOSEN = 10_000_000;

/** Files of a job: its record names each. */
export const MAX_FILES = 100;

/** Sizes that decide how a job is cut and uploaded; tests make them small. */
export type Sizes = {
  /** A segment holds about this many rows or bytes, whichever is less. */
  segmentRows: number;
  segmentBytes: number;
  /** A part is uploaded once this much is there. */
  partBytes: number;
  /**
   * S3 refuses smaller parts but for the last.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
   */
  minPartBytes: number;
  /** So many chosen ids make an object. */
  pieceIds: number;
  /** What the rows of a segment leave behind for the end of the file stands in its record up to this. */
  inlineIndexBytes: number;
  /** Text is compressed in runs of about this size, each a gzip member or zstd frame of its own. */
  compressBytes: number;
};

export const SIZES: Sizes = {
  segmentRows: 2_000_000,
  segmentBytes: 512 * 1024 ** 2,
  partBytes: 8 * 1024 ** 2,
  minPartBytes: 5 * 1024 ** 2,
  pieceIds: 100_000,
  inlineIndexBytes: 1_024,
  compressBytes: 1024 ** 2,
};
