import type { Context } from 'aws-lambda';
import { beforeAbort } from '#shared/deadline.ts';

/** Runs the work of a request, and gives it up while there is time to say so. */
export type InTime = <T>(context: Context, work: () => Promise<T>) => Promise<T>;

/** @param mostMs  from the request to the beginning of its answer  @param reserveMs  of the function's time, for the answer */
export const answerWithin =
  (mostMs: number, reserveMs: number): InTime =>
  (context, work) => {
    const timeMs = Math.min(mostMs, context.getRemainingTimeInMillis() - reserveMs);
    return beforeAbort(AbortSignal.timeout(Math.max(0, timeMs)), work);
  };
