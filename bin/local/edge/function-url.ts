import { type Answer, readAnswer } from '../lambda/answer.ts';
import type { LocalFunctions } from '../lambda/local-functions.ts';
import type { Stack } from '../template/stack.ts';
import type { Origin } from './edge-request.ts';
import { type EdgeResponse, plainResponse } from './edge-request.ts';
import { type HttpAnswer, headerList, toEdgeResponse } from './http-answer.ts';
import { toHttpEvent } from './http-event.ts';

interface FunctionUrl {
  TargetFunctionArn: string;
  InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM';
}

const HTTP_RESPONSE = 'application/vnd.awslambda.http-integration-response';
/** Ends the head of a streamed HTTP answer. */
const DELIMITER = Buffer.alloc(8);

/** The function URLs of a stack as origins, by their host names. */
export function readFunctionUrls(stack: Stack, functions: LocalFunctions): Map<string, Origin> {
  const urls = stack.resources<FunctionUrl>('AWS::Lambda::Url');
  return new Map(
    urls.map(({ id, properties }) => {
      const { host } = new URL(String(stack.attribute(id, 'FunctionUrl')));
      return [host, openFunctionUrl({ apiId: id, host, functions, properties })];
    }),
  );
}

interface Options {
  apiId: string;
  host: string;
  functions: LocalFunctions;
  properties: FunctionUrl;
}

function openFunctionUrl({ apiId, host, functions, properties }: Options): Origin {
  return async (request, body) => {
    const origin = { apiId, domainName: host, routeKey: '$default', nowMs: Date.now() };
    const event = toHttpEvent(request, body, origin);
    try {
      const answer = await functions.find(properties.TargetFunctionArn).open(event);
      if (properties.InvokeMode === 'RESPONSE_STREAM') return await streamed(answer);
      return toEdgeResponse(JSON.parse(await readAnswer(answer))) ?? serverError();
    } catch {
      // The function's own log has the error.
      return serverError();
    }
  };
}

const serverError = () => plainResponse(502, 'Internal Server Error', 'text/plain');

/** The answer begins as soon as its head is there. */
async function streamed({ contentType, body }: Answer): Promise<EdgeResponse> {
  if (contentType !== HTTP_RESPONSE) return { status: 200, headers: [['content-type', contentType]], body };
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    const { head, rest } = await readHead(chunks);
    const { statusCode, headers, cookies } = JSON.parse(head.toString()) as HttpAnswer;
    return { status: statusCode, headers: headerList(headers, cookies), body: continued(rest, chunks) };
  } catch (error) {
    // Whatever is left of it is read and dropped, so that the function can finish.
    body.destroy();
    throw error;
  }
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<{ head: Buffer; rest: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const end = read.indexOf(DELIMITER);
    if (end >= 0) return { head: read.subarray(0, end), rest: read.subarray(end + DELIMITER.length) };
    const { done, value } = await chunks.next();
    if (done) throw new Error('the answer ended within its head');
    read = Buffer.concat([read, value]);
  }
}

async function* continued(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length) yield first;
  yield* { [Symbol.asyncIterator]: () => chunks };
}
