/** A logo as it is kept and drawn: whatever was uploaded, written anew by us. */
export type Logo = {
  /** RGBA, 8 bits; at most `MAX_LOGO_SIDE` on its longer side. */
  png: Uint8Array;
  width: number;
  height: number;
};

/** Pixels: what the largest logo of the largest picture shows, and what an SVG can carry twice. */
export const MAX_LOGO_SIDE = 512;

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
