import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { FunctionError, parseFunctionError } from './function-error.ts';

/** The payload limit of a buffered answer, in bytes. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/** What a function answers with; a streamed body fails in the middle when the function does. */
export interface Answer {
  contentType: string;
  body: Readable;
}

/**
 * The body as it arrives from the runtime, watched for an error in its trailers.
 * A reader that goes away does not disturb the function: the rest is read and dropped.
 */
export function openAnswer(request: IncomingMessage): Answer {
  const body = Readable.from(checked(request), { objectMode: false });
  return { contentType: request.headers['content-type'] ?? 'application/octet-stream', body };
}

async function* checked(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } finally {
    request.resume();
  }
  const error = request.trailers['lambda-runtime-function-error-body'];
  if (error) throw parseFunctionError(Buffer.from(error, 'base64').toString());
}

/**
 * Reads an answer as a buffered invocation does.
 * @throws FunctionError Function.ResponseSizeTooLarge above 6 MB
 */
export async function readAnswer({ body }: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw new FunctionError(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
