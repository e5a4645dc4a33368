import type * as z from 'zod';
import type { Click } from '../clicks/click.ts';
import type { Problem } from '../problem.ts';
import type { RequestLimit } from '../workspaces/limit-requests.ts';
import type { Scope } from '../workspaces/workspace.ts';

/** What is known of the request when a refusal is worded. */
export type ProblemContext = {
  /** Given to the caller to quote; the log carries the same id. */
  requestId: string;
};

/** How a dialect refuses. */
export type Wording = {
  /** A refusal as this dialect says it. */
  problem(problem: Problem, context: ProblemContext): { status: number; body: object };
  /** What the refusals of one status look like. @param examples  one for each reason that there is */
  refusal(examples: readonly object[]): z.ZodType;
};

/** What a dialect that has jobs calls their states. A state that the core has and this lacks fails to compile where it is answered. */
export type JobWords = Readonly<
  Record<'queued' | 'processing' | 'ready' | 'failed' | 'canceled' | 'expired', string>
>;

/** Recorded clicks in the fields of a dialect. */
export type RowTable = {
  /** In their order, which is that of a header row. */
  fields: readonly string[];
  /** Fields whose values are our own words, ids and instants: in a CSV they need neither quotes nor a formula guard. */
  safe: ReadonlySet<string>;
  /** Every field, null where nothing is known. */
  row(click: Click): object;
};

/** All that the frame of the HTTP functions must know of a wire language. */
export type Dialect = Wording & {
  /**
   * Where its paths begin, as whole segments: `/v4/` takes `/v4` and what lies below. The longest one takes a path;
   * `/` stands for whatever no other takes.
   */
  prefixes: readonly `/${string}`[];
  /** How much may be asked: `requests` of whatever has no limit of its own, the others of the routes that name them. */
  limits: { requests: RequestLimit } & Readonly<Record<string, RequestLimit>>;
  /** Of routes that want a session: the scope by which an API key may stand in for one; none unless given. */
  sessionScope?: Scope;
  /** Where it has jobs: its words for their states. */
  states?: JobWords;
  /** What it lists, by a name. */
  tables?: Readonly<Record<string, RowTable>>;
};
