/** A logo as it is kept and drawn: whatever was uploaded, written anew by us. */
export type Logo = {
  /** RGBA, 8 bits; at most `MAX_LOGO_SIDE` on its longer side. */
  png: Uint8Array;
  width: number;
  height: number;
};

/** Pixels: what the largest logo of the largest picture shows, and what an SVG can carry twice. */
export const MAX_LOGO_SIDE = 512;
