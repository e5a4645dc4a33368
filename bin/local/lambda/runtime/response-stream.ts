import type { ClientRequest } from 'node:http';
import { Writable } from 'node:stream';
import { describeError, type RuntimeClient } from './runtime-client.ts';

const HTTP_RESPONSE = 'application/vnd.awslambda.http-integration-response';
/** Stands between the head of an HTTP answer and its body. */
const DELIMITER = new Uint8Array(8);

type Done = (error?: Error | null) => void;

/** What a streaming handler writes to; nothing is sent before the first write. */
export class ResponseStream extends Writable {
  #contentType = 'application/octet-stream';
  #prelude: string | undefined;
  #outgoing: ClientRequest | undefined;
  readonly #open: (contentType: string) => ClientRequest;
  readonly #sent = Promise.withResolvers<void>();

  constructor(client: RuntimeClient, requestId: string) {
    super({ highWaterMark: 64 * 1024 });
    this.#open = (contentType) => client.openStream(requestId, contentType);
    this.#sent.promise.catch(() => undefined);
  }

  setContentType(contentType: string): void {
    this.#contentType = contentType;
  }

  setPrelude(prelude: string): void {
    this.setContentType(HTTP_RESPONSE);
    this.#prelude = prelude;
  }

  get hasBegun(): boolean {
    return this.#outgoing !== undefined;
  }

  /** Settles when the Runtime API has taken the whole answer. */
  get sent(): Promise<void> {
    return this.#sent.promise;
  }

  /** Tells the Runtime API that the answer breaks off here. */
  fail(error: unknown): void {
    const { errorType, ...body } = describeError(error);
    this.#outgoing?.addTrailers({
      'lambda-runtime-function-error-type': errorType,
      'lambda-runtime-function-error-body': Buffer.from(JSON.stringify(body)).toString('base64'),
    });
    this.#outgoing?.end();
    this.destroy();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    const outgoing = this.#begin();
    if (outgoing.write(chunk)) done();
    else outgoing.once('drain', done);
  }

  override _final(done: Done): void {
    this.#begin().end();
    this.sent.then(() => done(), done);
  }

  #begin(): ClientRequest {
    if (this.#outgoing) return this.#outgoing;
    const outgoing = this.#open(this.#contentType);
    outgoing.once('error', this.#sent.reject);
    outgoing.once('response', (response) => {
      response.resume();
      this.#sent.resolve();
    });
    this.#outgoing = outgoing;
    if (this.#prelude !== undefined) {
      outgoing.write(this.#prelude);
      outgoing.write(DELIMITER);
    }
    return outgoing;
  }
}

const STREAMING = Symbol('streaming handler');

type StreamingHandler = (event: unknown, stream: ResponseStream, context: unknown) => Promise<unknown>;

/** The global `awslambda` of Lambda's Node.js runtime. @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html */
export const awslambda = {
  streamifyResponse: (handler: StreamingHandler) => Object.assign(handler, { [STREAMING]: true }),
  HttpResponseStream: {
    from: (stream: ResponseStream, metadata: object): ResponseStream => {
      stream.setPrelude(JSON.stringify(metadata));
      return stream;
    },
  },
};

export const isStreaming = (handler: object): handler is StreamingHandler => STREAMING in handler;
