import { createHash } from 'node:crypto';
import { dynamoDbError } from './api-error.ts';
import type { BatchOperation, Database } from './dynalite.ts';

const PREFIX = 'client-token~';
/** How long a repeated token is recognised. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const KEPT_MS = 10 * 60 * 1000;

interface Use {
  hash: string;
  atMs: number;
}

/** The ClientRequestTokens of the last ten minutes; each is written in the batch of its transaction. */
export class ClientTokens {
  readonly #db: Database;
  readonly #uses = new Map<string, Use>();

  constructor(db: Database) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const uses: [string, Use][] = [];
    for await (const [key, use] of this.#db.iterator({ gte: PREFIX, lt: `${PREFIX}\xFF` }))
      uses.push([key.slice(PREFIX.length), use as Use]);
    uses.sort(([, a], [, b]) => a.atMs - b.atMs);
    for (const [token, use] of uses) this.#uses.set(token, use);
  }

  /**
   * Whether a transaction with this token has happened.
   * @throws ApiError IdempotentParameterMismatchException when it was another one
   */
  isRepeated(token: string, request: unknown, nowMs: number): boolean {
    const use = this.#uses.get(token);
    if (!use || nowMs - use.atMs > KEPT_MS) return false;
    if (use.hash === hashOf(request)) return true;
    throw dynamoDbError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }

  /** Remembers the token once `write` has stored the given operation. */
  async record(
    token: string,
    request: unknown,
    { nowMs, write }: { nowMs: number; write: (operation: BatchOperation) => Promise<void> },
  ): Promise<void> {
    const use = { hash: hashOf(request), atMs: nowMs };
    await write({ type: 'put', key: PREFIX + token, value: use });
    this.#uses.delete(token);
    this.#uses.set(token, use);
  }

  /** Forgets what is too old to be recognised; uses stand in the order of their time. */
  async prune(nowMs: number): Promise<void> {
    const operations: BatchOperation[] = [];
    for (const [token, use] of this.#uses) {
      if (nowMs - use.atMs <= KEPT_MS) break;
      operations.push({ type: 'del', key: PREFIX + token });
      this.#uses.delete(token);
    }
    if (operations.length) await this.#db.batch(operations);
  }
}

const hashOf = (request: unknown) => createHash('sha256').update(JSON.stringify(request)).digest('base64');
