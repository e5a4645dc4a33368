/** The parts of fauxqs 2.4.1 that are mended here; it exports only its server, so they are reached by path. */
interface Statement {
  run(...values: unknown[]): void;
}

interface Persistence {
  db: { exec(sql: string): void; prepare(sql: string): Statement };
  updateMessageReady(messageId: string): void;
}

interface Queue {
  persistence?: Persistence;
  dequeue(...options: unknown[]): unknown;
}

interface Prototype<T> {
  prototype: T;
}

const load = <T>(path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href) as Promise<T>;
const { PersistenceManager } = await load<{ PersistenceManager: Prototype<Persistence> }>('./persistence.js');
const { SqsQueue } = await load<{ SqsQueue: Prototype<Queue> }>('./sqs/sqsStore.js');

/** With data on disk, changing a message's visibility to 0 breaks a NOT NULL constraint and answers 500. */
export function mendVisibility(): void {
  PersistenceManager.prototype.updateMessageReady = function (messageId) {
    const sql =
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?';
    this.db.prepare(sql).run(messageId);
  };
}

/** A move to the dead-letter queue deletes and inserts; a kill between the two would lose the message. */
export function mendRedrive(): void {
  const { dequeue } = SqsQueue.prototype;
  SqsQueue.prototype.dequeue = function (...options) {
    this.persistence?.db.exec('BEGIN');
    try {
      return dequeue.apply(this, options);
    } finally {
      this.persistence?.db.exec('COMMIT');
    }
  };
}
