import { Problem } from '../../problem.ts';
import { brightness, contrast, luminance } from './colour.ts';
import { logoVersion, MAX_HIDDEN_SHARE } from './logo-version.ts';
import type { Style, StyleLogo } from './style.ts';
import { LOGO_SCALE } from './style-layer.ts';

/** The least contrast of whatever is dark in a code with its ground. */
export const LEAST_CONTRAST = 3;

/** The least difference in brightness: some colours contrast to people, but hardly to a camera. */
export const LEAST_DIFFERENCE = 0.25;

/**
 * What is taken, but with a warning, because a scanner that sees little of the surroundings may take one for the other:
 * an ink that is nearly half as bright as its ground, and a ground that looks dark beside white paper.
 */
export const BRIGHT_INK = 0.45;
export const DARK_GROUND = 0.78;

/** The darkest ground that a transparent code is made for: light grey. */
export const TRANSPARENT_GROUND = '#cccccc';

/** Modules of empty margin that the standard asks for. @see ISO/IEC 18004:2015, 6.3.8 */
export const STANDARD_QUIET_ZONE = 4;

/** Below it the words of a frame are hard to read; no scanner minds. @see https://www.w3.org/TR/WCAG22/#contrast-minimum */
const READABLE_CONTRAST = 3;

/** What a person would want to know of a style that is taken. */
export type StyleWarning = {
  code: 'quiet_zone_small' | 'ink_bright' | 'background_dark' | 'frame_text_faint';
  message: string;
};

/**
 * Sees that a code of a style can be scanned, whatever short URL it holds.
 * @throws Problem 'invalid_style' that names the figure that was measured and the least or most that is allowed
 */
export function checkStyle(style: Style): StyleWarning[] {
  checkInks(style);
  if (style.logo !== null) checkLogo(style.logo);
  return WARNINGS.flatMap((warningsOf) => warningsOf(style));
}

function checkInks(style: Style): void {
  const ground = groundOf(style);
  const shown =
    style.background.mode === 'transparent'
      ? `a light grey ground ${ground}, on which a transparent code must still be read`
      : `the background ${ground}`;
  for (const { field, color } of inksOf(style)) {
    const [ink, light] = [luminance(color), luminance(ground)];
    if (ink > light) {
      throw refused(
        field,
        `"${field}" ${color} is lighter than ${shown} (luminance ${fixed(ink)} against ${fixed(light)}): many scanners do not read an inverted code; its foreground must be darker than its background, by a contrast of ${LEAST_CONTRAST}:1 or more`,
      );
    }
    const measured = contrast(color, ground);
    if (measured < LEAST_CONTRAST) {
      throw refused(
        field,
        `"${field}" ${color} has a contrast of ${down(measured)}:1 with ${shown}; ${LEAST_CONTRAST}:1 or more is needed`,
      );
    }
    const difference = brightness(ground) - brightness(color);
    if (difference < LEAST_DIFFERENCE) {
      throw refused(
        field,
        `"${field}" ${color} and ${shown} differ by ${Math.floor(100 * difference)} % in brightness; ${100 * LEAST_DIFFERENCE} % or more is needed`,
      );
    }
  }
}

/** What a code is seen on; the darkest that is allowed for where it is transparent. */
const groundOf = ({ background }: Style): string =>
  background.mode === 'single' ? background.color : TRANSPARENT_GROUND;

type Ink = { field: string; color: string };

/** Of a gradient both ends: luminance is a convex function of what lies between, so that none is lighter than the lighter end. */
function inksOf({ foreground, eyes }: Style): Ink[] {
  const modules: Ink[] =
    foreground.mode === 'single'
      ? [{ field: 'foreground.color', color: foreground.color }]
      : [
          { field: 'foreground.gradient.from', color: foreground.gradient.from },
          { field: 'foreground.gradient.to', color: foreground.gradient.to },
        ];
  return eyes.color === null ? modules : [...modules, { field: 'eyes.color', color: eyes.color }];
}

/** The versions that a short URL needs with error correction H: 22 to 332 bytes. */
const VERSIONS = Array.from({ length: 18 }, (_, n) => n + 3);

function checkLogo(logo: StyleLogo): void {
  const measured = worstShare(logo);
  if (measured <= MAX_HIDDEN_SHARE) return;
  const { scale, padding } = logo;
  throw refused(
    'logo.scale',
    `a logo of scale ${scale} with a padding of ${padding} hides ${percent(measured)} of what error correction H restores; at most ${percent(MAX_HIDDEN_SHARE)} is allowed: ${remedy(logo)}`,
  );
}

const worstShare = (logo: StyleLogo): number =>
  Math.max(...VERSIONS.map((version) => logoVersion(logo, version).share));

function remedy(logo: StyleLogo): string {
  for (let hundredths = Math.floor(logo.scale * 100); hundredths >= LOGO_SCALE.least * 100; hundredths -= 1) {
    const scale = hundredths / 100;
    if (worstShare({ ...logo, scale }) <= MAX_HIDDEN_SHARE)
      return `with this padding, a scale of ${scale} or less`;
  }
  return 'a smaller padding';
}

type Warn = (style: Style) => StyleWarning[];

const WARNINGS: readonly Warn[] = [
  ({ quiet_zone }) =>
    quiet_zone >= STANDARD_QUIET_ZONE
      ? []
      : warning(
          'quiet_zone_small',
          `the quiet zone is ${quiet_zone} modules wide; scanners need ${STANDARD_QUIET_ZONE}: leave the rest empty where the code is printed`,
        ),
  (style) => {
    const ground = groundOf(style);
    const bright = inksOf(style).find(({ color }) => brightness(color) > BRIGHT_INK * brightness(ground));
    if (bright === undefined) return [];
    const share = Math.ceil((100 * brightness(bright.color)) / brightness(ground));
    return warning(
      'ink_bright',
      `"${bright.field}" ${bright.color} is ${share} % as bright as its ground ${ground}; above ${100 * BRIGHT_INK} % some scanners miss it in poor light`,
    );
  },
  ({ background }) => {
    if (background.mode !== 'single' || brightness(background.color) >= DARK_GROUND) return [];
    const percentage = Math.floor(100 * brightness(background.color));
    return warning(
      'background_dark',
      `the background ${background.color} is ${percentage} % as bright as white; below ${100 * DARK_GROUND} % some scanners take it for dark where white lies around it`,
    );
  },
  ({ frame }) => {
    const measured = 'text' in frame ? contrast(frame.text_color, frame.color) : READABLE_CONTRAST;
    if (measured >= READABLE_CONTRAST) return [];
    return warning(
      'frame_text_faint',
      `the text of the frame has a contrast of ${down(measured)}:1 with it; below ${READABLE_CONTRAST}:1 it is hard to read`,
    );
  },
];

const warning = (code: StyleWarning['code'], message: string): StyleWarning[] => [{ code, message }];

const refused = (field: string, message: string): Problem => new Problem('invalid_style', message, { field });

const fixed = (value: number): string => value.toFixed(2);
/** Two decimals, never rounded up to what would be enough. */
const down = (value: number): string => (Math.floor(value * 100) / 100).toFixed(2);
const percent = (share: number): string => `${Math.ceil(share * 100)} %`;
