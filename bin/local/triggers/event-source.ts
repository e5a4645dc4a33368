import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { hasCrashed } from '../lambda/function-error.ts';
import { failedMessages } from './failed-messages.ts';
import { Slots } from './slots.ts';
import { toSqsEvent } from './sqs-event.ts';

/** How long one request waits for messages; also how long stopping may take. */
const LONG_POLL_SECONDS = 1;
/** How often a batch that is not full looks for more. */
const WINDOW_POLL_MS = 50;
/** What one request may receive or delete. */
const MAX_MESSAGES = 10;
const RETRY_MS = 1000;
/** A message whose function crashed comes again after this; a poison message shall not spin. */
const AFTER_CRASH_SECONDS = 1;

export interface EventSourceOptions {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  /** Runs the function. */
  invoke(event: object): Promise<unknown>;
  batchSize: number;
  windowMs: number;
  reportsFailures: boolean;
  concurrency: number;
}

/** Hands the messages of a queue to a function, as Lambda's event source mapping does. */
export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #slots: Slots;
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency);
    this.#running = this.#run();
  }

  /** Receives nothing more, and waits for the poll and, up to `graceMs`, for the invocations under way. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    const done = this.#running.then(() => this.#slots.allFree());
    await Promise.race([done, delay(graceMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const free = await this.#slots.take();
      // Without a request in hand that could be cut off, no message gets lost until its visibility ends.
      const messages = await this.#collect().catch(() => delay(RETRY_MS, [] as Message[]));
      if (!messages.length) free();
      else void this.#deliver(messages).finally(free);
    }
  }

  /** A batch: full, or what came until the window closed after its first message. */
  async #collect(): Promise<Message[]> {
    const { batchSize, windowMs } = this.#options;
    const messages = await this.#receive(batchSize, LONG_POLL_SECONDS);
    const closesAt = performance.now() + windowMs;
    while (messages.length && messages.length < batchSize && performance.now() < closesAt) {
      const more = await this.#receive(batchSize - messages.length, 0).catch(() => []);
      messages.push(...more);
      if (!more.length) await delay(Math.min(WINDOW_POLL_MS, Math.max(0, closesAt - performance.now())));
    }
    return messages;
  }

  async #receive(count: number, WaitTimeSeconds: number): Promise<Message[]> {
    const { Messages = [] } = await this.#options.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#options.queueUrl,
        MaxNumberOfMessages: Math.min(count, MAX_MESSAGES),
        WaitTimeSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** What is not deleted comes again when its visibility ends. */
  async #deliver(messages: Message[]): Promise<void> {
    const { invoke, queueArn, reportsFailures } = this.#options;
    try {
      const answer = await invoke(toSqsEvent(messages, queueArn));
      const ids = messages.map(({ MessageId }) => MessageId!);
      const failed = reportsFailures ? failedMessages(answer, ids) : new Set<string>();
      await this.#delete(messages.filter(({ MessageId }) => !failed.has(MessageId!)));
    } catch (error) {
      // The function's own log has the error.
      if (hasCrashed(error)) await this.#giveBack(messages).catch(() => undefined);
    }
  }

  /** On AWS such messages wait for their visibility to end; here the end of the process was seen. */
  async #giveBack(messages: Message[]): Promise<void> {
    await eachTen(messages, (Entries) =>
      this.#options.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#options.queueUrl,
          Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: AFTER_CRASH_SECONDS })),
        }),
      ),
    );
  }

  async #delete(messages: Message[]): Promise<void> {
    await eachTen(messages, (Entries) =>
      this.#options.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#options.queueUrl, Entries })),
    );
  }
}

type Entry = { Id: string; ReceiptHandle: string | undefined };

/** Sends entries for all messages, as many at a time as one request may name. */
async function eachTen(messages: Message[], send: (entries: Entry[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < messages.length; start += MAX_MESSAGES) {
    const some = messages.slice(start, start + MAX_MESSAGES);
    await send(some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })));
  }
}
