import type { StyleWarning } from './style/check-style.ts';
import type { EffectiveStyle } from './style/effective-style.ts';
import { styledSymbol } from './symbol/styled-symbol.ts';

/** What a person would want to know of one code: all there is to say of its style, and what its URL brings with it. */
export type CodeWarning = StyleWarning | { code: 'logo_over_alignment'; message: string };

/** From this version on an alignment pattern stands in the middle of a symbol, or near it: under a logo. */
const CENTRAL_ALIGNMENT = 7;

/**
 * What there is to say of the code of a text.
 * @throws Problem as drawing it would, whatever the size
 */
export function codeWarnings(text: string, { style, warnings }: EffectiveStyle): CodeWarning[] {
  const { logo } = style;
  if (logo === null) return warnings;
  const { version, side } = styledSymbol(text, style);
  if (version < CENTRAL_ALIGNMENT) return warnings;
  const message = `the URL and its logo need a code of ${side} modules, in whose middle some scanners look for a pattern: a logo of fine lines may mislead them; a URL of 58 bytes or less and a smaller logo do without`;
  return [...warnings, { code: 'logo_over_alignment', message }];
}
