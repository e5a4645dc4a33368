/** How many bytes a text takes in UTF-8: what DynamoDB, S3 and HTTP bound. A lone surrogate counts as three. */
export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/**
 * The longest beginning of a text that fits into so many bytes of UTF-8 and ends with a whole character.
 * @param maxBytes  a whole number, 0 or more
 */
export function cutUtf8(text: string, maxBytes: number): string {
  // No UTF-16 unit takes more than three bytes: most texts need no counting.
  if (text.length * 3 <= maxBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
