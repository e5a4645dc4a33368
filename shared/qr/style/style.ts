import type {
  ERROR_CORRECTIONS,
  EYE_SHAPES,
  FRAME_LAYOUTS,
  LOGO_SHAPES,
  MODULE_SHAPES,
} from './style-layer.ts';

export type ModuleShape = (typeof MODULE_SHAPES)[number];
export type EyeShape = (typeof EYE_SHAPES)[number];
export type LogoShape = (typeof LOGO_SHAPES)[number];
export type ErrorCorrection = (typeof ERROR_CORRECTIONS)[number];
/** The frames that speak. */
export type CallLayout = Exclude<(typeof FRAME_LAYOUTS)[number], 'none' | 'border'>;

export type Gradient =
  | { type: 'linear'; from: string; to: string; angle: number }
  | { type: 'radial'; from: string; to: string };

export type Frame =
  | { layout: 'none' }
  | { layout: 'border'; color: string }
  | { layout: CallLayout; text: string; color: string; text_color: string };

export type StyleLogo = { logo_id: string; scale: number; padding: number; shape: LogoShape };

/**
 * A whole style in its canonical form: every member that changes the picture, and none that does not, so that two
 * styles are the same picture when their JSON is the same. Members are named as on the wire; colours are `#rrggbb` in
 * lower case.
 */
export type Style = {
  foreground: { mode: 'single'; color: string } | { mode: 'gradient'; gradient: Gradient };
  background: { mode: 'single'; color: string } | { mode: 'transparent' };
  modules: { shape: ModuleShape };
  /** Colour null: that of the modules. */
  eyes: { outer: EyeShape; inner: EyeShape; color: string | null };
  /** Modules of empty margin on each side. */
  quiet_zone: number;
  error_correction: ErrorCorrection;
  frame: Frame;
  logo: StyleLogo | null;
};
