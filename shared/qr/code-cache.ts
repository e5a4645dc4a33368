import { sha256 } from '../sha256.ts';
import type { Picture } from './link-codes.ts';
import { RENDERER_VERSION } from './renderer.ts';
import type { EffectiveStyle } from './style/effective-style.ts';

/** Single codes that were drawn before, for a while. A code that is not there is drawn again. */
export type CodeCache = {
  find(key: string): Promise<Buffer | undefined>;
  put(key: string, bytes: Buffer): Promise<void>;
};

/** The name of a code: whatever changes its bytes is in it. @param text  what the code says */
export const codeKey = (
  workspaceId: string,
  text: string,
  { hash }: Pick<EffectiveStyle, 'hash'>,
  { size, format }: Picture,
): string =>
  `codes/${workspaceId}/${sha256(JSON.stringify([RENDERER_VERSION, text, hash, size, format]), 'hex')}`;
