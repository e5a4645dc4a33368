import * as z from 'zod';
import { styleLayer } from '#shared/qr/style/style-layer.ts';

/** A layer of a style as answers show it. */
export const styleSchema = styleLayer;

const REFERENCE = { $ref: '#/components/schemas/QrStyle' };
const EXAMPLE = { foreground: { color: '#1a2b3c' }, modules: { shape: 'rounded' } };

/** Takes anything, because parseStyle checks it and refuses it as an `invalid_style`. */
export const anyStyle = z.unknown().meta({
  override: ({ jsonSchema }) => void Object.assign(jsonSchema, { ...REFERENCE, examples: [EXAMPLE] }),
});

/** The same, or null. */
export const anyStyleOrNone = z.unknown().meta({
  override: ({ jsonSchema }) => void Object.assign(jsonSchema, { anyOf: [REFERENCE, { type: 'null' }] }),
});

export const warningsSchema = z
  .array(z.object({ code: z.string(), message: z.string() }))
  .describe('What a person would want to know of a style that is taken.');
