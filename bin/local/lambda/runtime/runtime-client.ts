import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** One invocation as the Runtime API hands it out. */
export interface NextInvocation {
  requestId: string;
  deadlineMs: number;
  functionArn: string;
  event: unknown;
}

const agent = new Agent({ keepAlive: true });

/** The AWS Lambda Runtime API, from inside the function. @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export class RuntimeClient {
  readonly #base: string;

  constructor(address: string) {
    this.#base = `http://${address}/2018-06-01/runtime`;
  }

  async next(): Promise<NextInvocation> {
    const response = await send(this.#open('GET', '/invocation/next'));
    const header = (name: string) => String(response.headers[`lambda-runtime-${name}`]);
    return {
      requestId: header('aws-request-id'),
      deadlineMs: Number(header('deadline-ms')),
      functionArn: header('invoked-function-arn'),
      event: JSON.parse(await text(response)),
    };
  }

  async respond(requestId: string, result: unknown): Promise<void> {
    await this.#post(`/invocation/${requestId}/response`, JSON.stringify(result ?? null));
  }

  async fail(requestId: string, error: unknown): Promise<void> {
    await this.#post(`/invocation/${requestId}/error`, JSON.stringify(describeError(error)));
  }

  async failInit(error: unknown): Promise<void> {
    await this.#post('/init/error', JSON.stringify(describeError(error)));
  }

  /** Opens the request whose body is a streamed answer; an error after its first byte goes into the trailers. */
  openStream(requestId: string, contentType: string): ClientRequest {
    return this.#open('POST', `/invocation/${requestId}/response`, {
      'content-type': contentType,
      'lambda-runtime-function-response-mode': 'streaming',
      'transfer-encoding': 'chunked',
      trailer: 'lambda-runtime-function-error-type, lambda-runtime-function-error-body',
    });
  }

  async #post(path: string, body: string): Promise<void> {
    const response = await send(this.#open('POST', path, { 'content-type': 'application/json' }), body);
    response.resume();
  }

  #open(method: string, path: string, headers: Record<string, string> = {}): ClientRequest {
    return request(`${this.#base}${path}`, { method, agent, headers });
  }
}

/** Sends the request and waits for the head of the answer. */
export const send = (outgoing: ClientRequest, body?: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
    outgoing.end(body);
  });

/** An exception in the form in which Lambda reports it. */
export function describeError(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
