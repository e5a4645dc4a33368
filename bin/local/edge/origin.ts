import type { EdgeRequest, EdgeResponse } from './edge-request.ts';

/** Answers requests that CloudFront sends on. */
export type Origin = (request: EdgeRequest, body: Buffer) => Promise<EdgeResponse>;
