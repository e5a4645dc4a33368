import { listen } from '../listen.ts';
import { openFront } from './front.ts';
import type { Edge } from './open-edge.ts';

/** The first short domain; ports do not matter when a host is looked up. */
export const SHORT_DOMAIN = 'localhost';

export interface Fronts {
  apiUrl: string;
  shortUrl: string;
  shortPort: number;
  /** Hands requests to the distributions; early ones have waited for it. */
  lead(edge: Edge): void;
  /** Takes no more requests and waits for those in hand. */
  close(): Promise<void>;
}

/**
 * Takes both ports, or none.
 * @throws Error that says which port is taken and what moves it
 */
export async function openFronts({ port, shortPort }: { port: number; shortPort: number }): Promise<Fronts> {
  const api = openFront();
  const short = openFront();
  const close = async () => void (await Promise.all([api.close(), short.close()]));
  try {
    const apiPort = await listen(api.server, { port, purpose: 'the API', variable: 'PORT' });
    const wish = { port: shortPort, purpose: 'the short domain', variable: 'SHORT_PORT' };
    const takenShortPort = await listen(short.server, wish);
    return {
      apiUrl: `http://localhost:${apiPort}`,
      shortUrl: `http://${SHORT_DOMAIN}:${takenShortPort}`,
      shortPort: takenShortPort,
      lead: (edge) => {
        api.lead(edge.api);
        short.lead(edge.short);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
