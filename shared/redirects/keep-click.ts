import type { Click } from '#shared/clicks/click.ts';
import { within } from './within.ts';

/** A way to make a click durable: once `keep` has returned, the click will be recorded. */
export type ClickKeeper = {
  name: string;
  timeoutMs: number;
  keep(click: Click, signal: AbortSignal): Promise<void>;
};

type Tools = {
  /** Tried in this order. */
  ways: readonly ClickKeeper[];
  /** The last resort: it cannot fail. */
  journal(click: Click): void;
  now(): number;
  onFailure(way: string, error: unknown): void;
};

/**
 * Makes a click durable by the first way that works; it never fails, so that the visitor always gets an answer.
 * @param untilMs  when the visitor has to be answered
 */
export type KeepClick = (click: Click, untilMs: number) => Promise<void>;

/**
 * A way that timed out may have worked after all, so a click can be kept twice: whoever records clicks recognises it
 * by its id.
 */
export const clickKeeper =
  ({ ways, journal, now, onFailure }: Tools): KeepClick =>
  async (click, untilMs) => {
    for (const { name, timeoutMs, keep } of ways) {
      const leftMs = Math.min(timeoutMs, untilMs - now());
      if (leftMs <= 0) continue;
      try {
        return await within(leftMs, `the ${name}`, (signal) => keep(click, signal));
      } catch (error) {
        onFailure(name, error);
      }
    }
    journal(click);
  };
