import type { Logo } from '#shared/qr/logo/logo.ts';
import { rgbaPng } from '#shared/qr/png/png-file.ts';
import type { Rasterizer } from '#shared/qr/png/rasterizer.ts';

export const LOGO_ID = '01900000-0000-7000-8000-000000000001';

/** Logos as firms have them: a sign in a disc, a word on a bar, a dark star, a grey ramp, an upright mark. */
const DRAWINGS = [
  [
    256,
    256,
    '<circle cx="128" cy="128" r="120" fill="#e4003a"/><path d="M64 128l48 56 88-110" stroke="#fff" stroke-width="28" fill="none"/>',
  ],
  [
    300,
    100,
    '<rect width="300" height="100" rx="20" fill="#ff6600"/><path d="M40 80L70 20L100 80ZM140 20v60h60M230 20l50 60" stroke="#fff" stroke-width="10" fill="none"/>',
  ],
  [
    200,
    200,
    '<path d="M100 10L125 75L195 78L140 120L160 190L100 150L40 190L60 120L5 78L75 75Z" fill="#1a237e"/>',
  ],
  [
    200,
    200,
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#333"/><stop offset="1" stop-color="#eee"/></linearGradient></defs><rect width="200" height="200" fill="url(#g)"/>',
  ],
  [64, 128, '<path d="M0 0h64v128h-64z" fill="#004d40"/><circle cx="32" cy="40" r="20" fill="#ffca28"/>'],
] as const;

export const logos = (rasterize: Rasterizer): Logo[] =>
  DRAWINGS.map(([width, height, shapes]) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`;
    return { width, height, png: rgbaPng(width, height, rasterize(svg).rgba) };
  });
