/** Longest UTF-8 form of a UTF-16 unit. */
const UTF8_BYTES = 3;

/** Bytes that are collected in one allocation, which grows when it must and is used again and again. */
export type ByteBuffer = {
  readonly length: number;
  write(content: string | Uint8Array): void;
  /** The bytes until the next write or clear; no copy. */
  bytes(): Buffer;
  clear(): void;
};

export function byteBuffer(capacity: number): ByteBuffer {
  let buffer = Buffer.allocUnsafeSlow(capacity);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length + more, buffer.length * 2));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  return {
    get length() {
      return length;
    },
    write(content) {
      if (typeof content === 'string') {
        // Counting the bytes walks the text a second time, so it is done only where the worst case does not fit.
        const fits = length + content.length * UTF8_BYTES <= buffer.length;
        if (!fits) reserve(Buffer.byteLength(content));
        length += buffer.write(content, length, 'utf8');
      } else {
        reserve(content.length);
        buffer.set(content, length);
        length += content.length;
      }
    },
    bytes: () => buffer.subarray(0, length),
    clear: () => {
      length = 0;
    },
  };
}
