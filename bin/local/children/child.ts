import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Ties this process to the one that started it: it ends when the parent's pipe closes, however the parent went.
 * Ctrl-C reaches the whole process group; when to stop is the parent's to say.
 */
export function endWithParent(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
  const stop = () => void close().finally(() => process.exit(0));
  process.once('disconnect', stop);
  process.once('SIGTERM', stop);
}

/** The options that the parent gave to `startChild`. */
export const childOptions = <T>(): T => JSON.parse(process.argv[3] ?? '{}') as T;

/** Tells the parent which port is ready. */
export const reportPort = (port: number): boolean | undefined => process.send?.({ port });

/** Listens on a free port of the loopback interface and gives that port. */
export const listenOnLoopback = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
