import type * as z from 'zod';
import type { Problem } from '../problem.ts';

/** What is known of the request when a refusal is worded. */
export type ProblemContext = {
  /** Given to the caller to quote; the log carries the same id. */
  requestId: string;
};

export type Dialect = {
  /** A refusal as this dialect says it. */
  problem(problem: Problem, context: ProblemContext): { status: number; body: object };
  /** What the refusals of one status look like. @param examples  one for each reason that there is */
  refusal(examples: readonly object[]): z.ZodType;
};
