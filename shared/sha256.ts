import { hash } from 'node:crypto';

/** SHA-256 of bytes, or of a text as UTF-8, in one go. */
export const sha256 = (content: string | Uint8Array, encoding: 'hex' | 'base64' | 'base64url'): string =>
  hash('sha256', content, encoding);
