import { openEmulator } from '../dynamodb/emulator.ts';
import { expireItems } from '../dynamodb/expire-items.ts';
import { createDynamoDbServer } from '../dynamodb/server.ts';
import { childOptions, endWithParent, listenOnLoopback, reportPort } from './child.ts';

const SWEEP_MS = 2000;

const { path } = childOptions<{ path?: string }>();
const emulator = await openEmulator({ ...(path && { path }), now: Date.now });
const server = createDynamoDbServer(emulator);

const sweep = async () => {
  await expireItems(emulator);
  await emulator.tokens.prune(emulator.now());
};
const timer = setInterval(() => sweep().catch((error) => console.error('dynamodb: expiry', error)), SWEEP_MS);

endWithParent(async () => {
  clearInterval(timer);
  server.close();
  server.closeAllConnections();
  await emulator.store.db.close();
});
reportPort(await listenOnLoopback(server));
