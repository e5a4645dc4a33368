/** What a style is where no layer says otherwise. */
export const DEFAULT_STYLE = {
  foreground: { mode: 'single', color: '#000000' },
  background: { mode: 'single', color: '#ffffff' },
  modules: { shape: 'square' },
  eyes: { outer: 'square', inner: 'square', color: null },
  quiet_zone: 4,
  error_correction: 'M',
  frame: { layout: 'none', text: null, color: '#000000', text_color: '#ffffff' },
  logo: null,
} as const;

/** What a gradient or a logo is where its layer does not say. */
export const DEFAULT_GRADIENT = { type: 'linear', angle: 45 } as const;
export const DEFAULT_LOGO = { scale: 0.2, padding: 0.5, shape: 'square' } as const;
