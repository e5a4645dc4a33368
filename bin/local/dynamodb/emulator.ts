import { ClientTokens } from './client-tokens.ts';
import { type Store, storeModule } from './dynalite.ts';
import { KeyLocks } from './key-locks.ts';
import { TimeToLive } from './time-to-live.ts';
import { type TunedStore, tuneStore } from './tune-store.ts';

/** What the operations of one running emulator share. */
export interface Emulator {
  store: TunedStore;
  locks: KeyLocks;
  timeToLive: TimeToLive;
  tokens: ClientTokens;
  now: () => number;
}

/** Opens the database in `path` (in memory without one), waiting for a predecessor that is just ending. */
export async function openEmulator({ path, now }: { path?: string; now: () => number }): Promise<Emulator> {
  const store = tuneStore(storeModule.create({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 }));
  await openPatiently(store);
  const timeToLive = new TimeToLive(store.db);
  const tokens = new ClientTokens(store.db);
  await timeToLive.load();
  await tokens.load();
  return { store, locks: new KeyLocks(), timeToLive, tokens, now };
}

async function openPatiently(store: Store): Promise<void> {
  const lockWaitMs = 5000;
  const startMs = performance.now();
  for (;;) {
    try {
      return await store.db.open();
    } catch (error) {
      const cause = (error as Error).cause as { code?: string } | undefined;
      if (cause?.code !== 'LEVEL_LOCKED' || performance.now() - startMs > lockWaitMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
