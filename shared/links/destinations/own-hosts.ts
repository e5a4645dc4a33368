import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { blocked, type CheckedDestination } from './check-destination.ts';

/** Knows which hosts are short domains of this deployment, whoever's; each is looked up once. */
export class OwnHosts {
  readonly #findHost: WorkspaceStore['findHost'];
  readonly #known = new Map<string, Promise<boolean>>();

  constructor({ findHost }: Pick<WorkspaceStore, 'findHost'>) {
    this.#findHost = findHost;
  }

  /**
   * A link may not lead to a short domain: it could lead to itself.
   * @throws Problem 'destination_blocked'
   */
  async refuse({ url, host }: CheckedDestination, field: string): Promise<void> {
    if (await this.#isOurs(host)) throw blocked(url.href, field, `${host} is a short domain itself`);
  }

  #isOurs(host: string): Promise<boolean> {
    const known = this.#known.get(host) ?? this.#findHost(host).then((found) => found !== undefined);
    this.#known.set(host, known);
    return known;
  }
}
