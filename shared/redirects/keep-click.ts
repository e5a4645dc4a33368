import type { Click } from '#shared/clicks/click.ts';

/** A way to make a click durable: once `keep` has returned, the click will be recorded. */
export type ClickKeeper = { name: string; keep(click: Click): Promise<void> };

type Tools = {
  /** Tried in this order, each under a timeout of its own. */
  ways: readonly ClickKeeper[];
  /** The last resort: it cannot fail. */
  journal(click: Click): void;
  onFailure(way: string, error: unknown): void;
};

/** Makes a click durable by the first way that works; it never fails, so that the visitor always gets an answer. */
export type KeepClick = (click: Click) => Promise<void>;

/**
 * A way that timed out may have worked after all, so a click can be kept twice: whoever records clicks recognises it
 * by its id.
 */
export const clickKeeper =
  ({ ways, journal, onFailure }: Tools): KeepClick =>
  async (click) => {
    for (const { name, keep } of ways) {
      try {
        return await keep(click);
      } catch (error) {
        onFailure(name, error);
      }
    }
    journal(click);
  };
