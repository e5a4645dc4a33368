import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Wish {
  /** 0 for any that is free. */
  port: number;
  /** What the port is for. */
  purpose: string;
  /** The environment variable that moves it. */
  variable: string;
}

/**
 * Listens on the loopback interface and gives the port.
 * @throws Error that says which port is taken and what moves it
 */
export const listen = (server: Server, { port, purpose, variable }: Wish): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `port ${port}, wanted for ${purpose}, is taken by another program; set ${variable} to a free one`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
