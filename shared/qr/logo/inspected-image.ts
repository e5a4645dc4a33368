/** An image whose form was looked through from its first byte to its last, and of which nothing was decoded. */
export type InspectedImage = {
  type: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
  /** What of it a decoder needs. */
  bytes: Uint8Array;
  /** Sees, once the size is known to be allowed, that the pixels unpack to no more than that. @throws Problem */
  checkPixels(): void;
};
