import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** `works`: passes bytes on. `refuses`: breaks each connection. `hangs`: takes everything and answers nothing. */
type Mode = 'works' | 'refuses' | 'hangs';

/** A service that can be down, in front of one that is not. */
export type OutageProxy = {
  url: string;
  /** From now on; connections that are open are broken. */
  set(mode: Mode): void;
  /** Passes on what is asked, but breaks the connection before anything is answered. */
  loseAnswers(): void;
  close(): Promise<void>;
};

/** @param target  where the service listens, `http://127.0.0.1:1234` */
export async function openOutageProxy(target: string): Promise<OutageProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let mode: Mode | 'loses' = 'works';
  const server = createServer((viewer) => {
    open.add(viewer);
    viewer.on('error', () => {}).on('close', () => open.delete(viewer));
    if (mode === 'refuses') return void viewer.destroy();
    if (mode === 'hangs') return void viewer.resume();
    const service = connect(Number(port), hostname);
    service.on('error', () => viewer.destroy()).on('close', () => viewer.destroy());
    viewer.on('close', () => service.destroy()).pipe(service);
    if (mode === 'loses') service.once('data', () => viewer.destroy());
    else service.pipe(viewer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const enter = (next: typeof mode) => {
    mode = next;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: enter,
    loseAnswers: () => enter('loses'),
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((closed) => void server.close(() => closed()));
    },
  };
}
