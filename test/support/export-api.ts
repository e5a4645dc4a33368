import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { newUuid } from '#shared/ids.ts';
import { openApi } from './api.ts';
import { openSqs } from './aws-clients.ts';

export const DAY_MS = 86_400_000;
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** The days of an export that has all that was just recorded. */
export const WEEK = { date_from: dayOf(Date.now() - 6 * DAY_MS), date_to: dayOf(Date.now()) };

const sqs = openSqs();

/** Whose key, instead of the owner's, and what comes with a request beside its body. */
type More = { key?: string; query?: string; headers?: Record<string, string> };

type ExportWorker = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The API with two workspaces, called as JSON clients do, and the worker of exports. */
export async function openExportApi() {
  const api = await openApi();
  const owner = await api.bootstrap('links.example.com');
  const stranger = await api.bootstrap('other.example.com');

  async function call(method: string, path: string, body?: unknown, { key, query, headers }: More = {}) {
    const answer = await api.call({
      method,
      path,
      ...(query === undefined ? {} : { query }),
      headers: { 'x-api-key': key ?? owner.apiKey, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { ...answer, json: answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined };
  }

  const begin = (body: object, more?: More) => call('POST', '/api/exports/jobs', body, more);

  /** A workspace of its own with one running job; later ones wait. */
  async function ownWorkspace() {
    const credentials = await api.bootstrap(`${newUuid()}.example.com`);
    const more = { key: credentials.apiKey };
    return {
      ...credentials,
      begin: (body: object, headers: Record<string, string> = {}) => begin(body, { ...more, headers }),
      call: (method: string, path: string, body?: unknown, rest: More = {}) =>
        call(method, path, body, { ...more, ...rest }),
    };
  }

  return { api, stranger, call, begin, ownWorkspace, work, workOff };
}

/** Hands one message to the worker. */
async function work(messageId: string, body: string): Promise<SQSBatchResponse> {
  const { handler } = (await import('#functions/workers/exports/index.ts')) as { handler: ExportWorker };
  const event = { Records: [{ messageId, body }] } as SQSEvent;
  return handler(event, { getRemainingTimeInMillis: () => 120_000 } as Context);
}

/** Hands the waiting messages to the worker, as the event source would, until none is left. */
async function workOff(): Promise<void> {
  const QueueUrl = process.env.EXPORTS_QUEUE_URL!;
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    if (Messages.length === 0) return;
    const [message] = Messages;
    expect(await work('m', message!.Body!)).toEqual({ batchItemFailures: [] });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle! }));
  }
}
