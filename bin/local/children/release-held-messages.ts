import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Makes the messages visible that somebody was working on when the emulator ended: its consumers ended with the stack,
 * so nobody will finish them, and a laptop need not wait for visibility timeouts of minutes. Receive counts stay.
 */
export function releaseHeldMessages(dataDir: string): void {
  const file = join(dataDir, 'fauxqs.db');
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  try {
    database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  } finally {
    database.close();
  }
}
