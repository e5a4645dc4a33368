import * as z from 'zod';
import { validate } from '#shared/input/validate.ts';
import { type StyleLayer, styleLayer } from './style-layer.ts';

/** How a layer is called where it comes from; `secret`: it stands beside a password, and nothing of it is quoted. */
export type StyleSource = { field: string; where: string; secret?: boolean | undefined };

/**
 * A layer as it is kept: colours in lower case, words composed.
 * @throws Problem 'invalid_style', or 'invalid_request' for an unknown field
 */
export function parseStyle(given: unknown, { field, where, secret = false }: StyleSource): StyleLayer {
  const layer = z.object({ [field]: styleLayer });
  return validate(layer, { [field]: given }, { where, code: 'invalid_style', secret })[field]!;
}
