import { Problem } from '../../problem.ts';
import { DEFAULT_GRADIENT, DEFAULT_LOGO, DEFAULT_STYLE } from './default-style.ts';
import { CALL_TO_ACTION } from './frame-text.ts';
import type { Frame, Gradient, Style, StyleLogo } from './style.ts';
import type { StyleLayer } from './style-layer.ts';

/**
 * The style that layers amount to, each laid over those before it and all of them over the defaults, in its canonical
 * form. Whether it can be scanned is `checkStyle`'s.
 * @throws Problem 'invalid_style' when a gradient lacks a colour or a logo its id
 */
export function resolveStyle(layers: readonly StyleLayer[]): Style {
  const all = mergedLayers(layers);
  const foreground = foregroundOf(all.foreground);
  const logo = logoOf(all.logo);
  return {
    foreground,
    background:
      all.background.mode === 'transparent'
        ? { mode: 'transparent' }
        : { mode: 'single', color: all.background.color! },
    modules: { shape: all.modules.shape! },
    eyes: {
      outer: all.eyes.outer!,
      inner: all.eyes.inner!,
      color: eyeColour(all.eyes.color ?? null, foreground),
    },
    quiet_zone: all.quiet_zone,
    // A logo hides what the symbol must then restore.
    error_correction: logo === null ? all.error_correction : 'H',
    frame: frameOf(all.frame),
    logo,
  };
}

type Layers = { [Name in keyof StyleLayer]-?: Exclude<StyleLayer[Name], undefined> };

function mergedLayers(layers: readonly StyleLayer[]): Layers {
  const merged: Record<string, unknown> = { ...DEFAULT_STYLE };
  for (const layer of layers) {
    for (const [name, said] of Object.entries(layer)) {
      if (said === undefined) continue;
      const below = merged[name];
      merged[name] = isObject(said) && isObject(below) ? over(below, withMode(name, said)) : said;
    }
  }
  return merged as Layers;
}

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members => value !== null && typeof value === 'object';

function over(below: Members, said: Members): Members {
  const merged = { ...below };
  for (const [name, value] of Object.entries(said)) {
    const under = merged[name];
    if (value !== undefined) merged[name] = isObject(value) && isObject(under) ? over(under, value) : value;
  }
  return merged;
}

/** Who names a colour means to see it: what a layer says of colours says the mode, too. */
function withMode(name: string, said: Members): Members {
  if ((name !== 'foreground' && name !== 'background') || said.mode !== undefined) return said;
  if (said.gradient !== undefined) return { ...said, mode: 'gradient' };
  return said.color === undefined ? said : { ...said, mode: 'single' };
}

function foregroundOf({ mode, color, gradient }: Layers['foreground']): Style['foreground'] {
  if (mode !== 'gradient') return { mode: 'single', color: color! };
  const { type = DEFAULT_GRADIENT.type, from, to, angle = DEFAULT_GRADIENT.angle } = gradient ?? {};
  if (from === undefined || to === undefined) {
    const field = `foreground.gradient.${from === undefined ? 'from' : 'to'}`;
    throw new Problem('invalid_style', `"${field}" is missing; a gradient names both of its colours`, {
      field,
    });
  }
  if (from === to) return { mode: 'single', color: from };
  const whole: Gradient =
    type === 'radial' ? { type, from, to } : { type: 'linear', from, to, angle: angle % 360 };
  return { mode: 'gradient', gradient: whole };
}

const eyeColour = (color: string | null, foreground: Style['foreground']): string | null =>
  foreground.mode === 'single' && foreground.color === color ? null : color;

function frameOf({ layout, text, color, text_color }: Layers['frame']): Frame {
  if (layout === undefined || layout === 'none') return { layout: 'none' };
  if (layout === 'border') return { layout, color: color! };
  return { layout, text: text ?? CALL_TO_ACTION, color: color!, text_color: text_color! };
}

function logoOf(logo: Layers['logo']): StyleLogo | null {
  if (logo === null) return null;
  const {
    logo_id,
    scale = DEFAULT_LOGO.scale,
    padding = DEFAULT_LOGO.padding,
    shape = DEFAULT_LOGO.shape,
  } = logo;
  if (logo_id === undefined) {
    const field = 'logo.logo_id';
    throw new Problem(
      'invalid_style',
      `"${field}" is missing; a logo is named by the id that it was stored under`,
      {
        field,
      },
    );
  }
  return { logo_id, scale, padding, shape };
}
