import { createHmac } from 'node:crypto';

/** The headers by which a conversion is signed. @param atMs  when; now unless given */
export function signatureHeaders(
  secret: string,
  body: string | Buffer,
  atMs = Date.now(),
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const hex = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { 'x-nim-timestamp': timestamp, 'x-nim-signature': `v1=${hex}` };
}
