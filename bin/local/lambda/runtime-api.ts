import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../children/child.ts';

/** What one execution environment makes of its runtime's calls. */
export interface RuntimeCalls {
  next(response: ServerResponse): void;
  /** The request's body is the answer; resolves when it has been taken in. */
  respond(requestId: string, answer: IncomingMessage): Promise<void>;
  fail(requestId: string, body: string): void;
  failInit(body: string): void;
}

const PATH =
  /^\/([^/]+)\/2018-06-01\/runtime\/(?:(init)\/error|invocation\/(?:(next)|([^/]+)\/(response|error)))$/;

/**
 * The AWS Lambda Runtime API for all environments on this machine; the first segment of the path tells which.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #environments = new Map<string, RuntimeCalls>();
  readonly #server: Server;
  #address = '';

  constructor() {
    // An idle environment waits for its next event as long as it takes.
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      void this.#serve(request, response);
    });
  }

  async listen(): Promise<void> {
    this.#address = `127.0.0.1:${await listenOnLoopback(this.#server)}`;
  }

  /** Lets an environment in, and gives the address that its runtime is to use. */
  attach(id: string, calls: RuntimeCalls): string {
    this.#environments.set(id, calls);
    return `${this.#address}/${id}`;
  }

  detach(id: string): void {
    this.#environments.delete(id);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = '', init, next, requestId = '', outcome] = PATH.exec(request.url ?? '') ?? [];
    const environment = this.#environments.get(id);
    if (!environment) return void response.writeHead(404).end();
    try {
      if (next) return environment.next(response);
      if (init) environment.failInit(await text(request));
      else if (outcome === 'error') environment.fail(requestId, await text(request));
      else await environment.respond(requestId, request);
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    } catch {
      // The environment died in the middle of its answer; its exit tells the caller.
      response.destroy();
    }
  }
}
