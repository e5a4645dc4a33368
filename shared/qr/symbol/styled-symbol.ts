import { Problem } from '../../problem.ts';
import { logoVersion, MAX_HIDDEN_SHARE } from '../style/logo-version.ts';
import type { Style } from '../style/style.ts';
import { type QrSymbol, qrSymbol } from './qr-symbol.ts';

/**
 * The symbol of a text in a style: larger than the text needs where a logo would otherwise hide too much of it.
 * @throws Problem 'invalid_request' when no symbol holds the text, 'invalid_style' when the logo fits into none
 */
export function styledSymbol(
  text: string,
  { error_correction, logo }: Pick<Style, 'error_correction' | 'logo'>,
): QrSymbol {
  const smallest = qrSymbol(text, error_correction);
  if (logo === null) return smallest;
  const { version, share } = logoVersion(logo, smallest.version);
  if (share > MAX_HIDDEN_SHARE) {
    throw new Problem(
      'invalid_style',
      `the logo hides ${Math.ceil(share * 100)} % of what error correction H restores in a code of ${smallest.side} modules; at most ${MAX_HIDDEN_SHARE * 100} % is allowed`,
      { field: 'logo.scale' },
    );
  }
  return version === smallest.version ? smallest : qrSymbol(text, error_correction, version);
}
