import * as z from 'zod';
import { frameText } from './frame-text.ts';

/** What the parts of a code can look like: one table for the schema, the drawing and the tests. */
export const MODULE_SHAPES = ['square', 'rounded', 'dots'] as const;
export const EYE_SHAPES = ['square', 'rounded', 'circle'] as const;
export const FRAME_LAYOUTS = ['none', 'border', 'cta_below', 'cta_above', 'badge'] as const;
export const LOGO_SHAPES = ['square', 'rounded', 'circle'] as const;
export const ERROR_CORRECTIONS = ['L', 'M', 'Q', 'H'] as const;

export const MAX_QUIET_ZONE = 10;
export const LOGO_SCALE = { least: 0.1, most: 0.3 } as const;
/** Modules of empty space on each side of a logo. */
export const MAX_LOGO_PADDING = 2;

const colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, { error: 'it must be a colour of the form #rrggbb, such as #1a2b3c' })
  .toLowerCase();

/** Nobody sees more, and a table could not keep any number that JSON can write. */
const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

const gradient = z.strictObject({
  type: z.enum(['linear', 'radial']).optional(),
  from: colour.optional(),
  to: colour.optional(),
  /** Degrees, clockwise from left to right; nothing for a radial one. */
  angle: z.number().min(0).max(360).overwrite(thousandths).optional(),
});

const logo = z.strictObject({
  logo_id: z.guid().toLowerCase().optional(),
  /** Its side, as a share of the symbol's. */
  scale: z.number().min(LOGO_SCALE.least).max(LOGO_SCALE.most).overwrite(thousandths).optional(),
  padding: z.number().min(0).max(MAX_LOGO_PADDING).overwrite(thousandths).optional(),
  shape: z.enum(LOGO_SHAPES).optional(),
});

/**
 * What one layer says about a QR style: it names only what differs from the layers below it. Presets, links, previews
 * and renders all take this; `effectiveStyle` lays the layers over the defaults.
 */
export const styleLayer = z
  .strictObject({
    foreground: z
      .strictObject({
        mode: z.enum(['single', 'gradient']).optional(),
        color: colour.optional(),
        gradient: gradient.optional(),
      })
      .optional(),
    background: z
      .strictObject({ mode: z.enum(['single', 'transparent']).optional(), color: colour.optional() })
      .optional(),
    modules: z.strictObject({ shape: z.enum(MODULE_SHAPES).optional() }).optional(),
    eyes: z
      .strictObject({
        outer: z.enum(EYE_SHAPES).optional(),
        inner: z.enum(EYE_SHAPES).optional(),
        /** Null for the colour of the modules. */
        color: colour.nullable().optional(),
      })
      .optional(),
    /** Modules of empty margin on each side. */
    quiet_zone: z.int().min(0).max(MAX_QUIET_ZONE).optional(),
    error_correction: z.enum(ERROR_CORRECTIONS).optional(),
    frame: z
      .strictObject({
        layout: z.enum(FRAME_LAYOUTS).optional(),
        /** Null for our own call to action. */
        text: frameText.nullable().optional(),
        color: colour.optional(),
        text_color: colour.optional(),
      })
      .optional(),
    logo: logo.nullable().optional(),
  })
  .meta({ id: 'QrStyle' });

export type StyleLayer = z.output<typeof styleLayer>;
