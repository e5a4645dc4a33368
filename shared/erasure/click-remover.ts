import type { RawClick } from '../clicks/click-reader.ts';

/** Takes stored clicks away, each with its late entry. */
export type ClickRemover = {
  /** Late entries go first, so that a removal that was cut short finds what is left when it is run again. */
  remove(workspaceId: string, clicks: readonly RawClick[]): Promise<void>;
};
