import { codeLayout } from './drawing/code-layout.ts';
import { drawing } from './drawing/drawing.ts';
import { MODULE_PATHS, type Modules } from './drawing/module-paths.ts';
import { svg } from './drawing/svg.ts';
import type { Logo } from './logo/logo.ts';
import { isPlain, plainPng } from './png/plain-png.ts';
import type { Rasterizer } from './png/rasterizer.ts';
import { styledPng } from './png/styled-png.ts';
import { type Template, template } from './png/template.ts';
import { templateCache } from './png/template-cache.ts';
import type { EffectiveStyle } from './style/effective-style.ts';
import { styledSymbol } from './symbol/styled-symbol.ts';
import type { Typeface } from './typeface/typeface.ts';

/** Changes whenever the same request gives other bytes than before: a part of the name of whatever is kept. */
export const RENDERER_VERSION = 1;

export type CodeRequest = {
  /** What the code says: a short URL. */
  text: string;
  style: Pick<EffectiveStyle, 'style' | 'hash'>;
  /** Side of the picture in pixels, 128 to 2048. */
  size: number;
  format: 'png' | 'svg';
  /** The picture that `style.logo` names; needed when it names one. An id names the same picture for ever. */
  logo?: Logo | undefined;
};

/** Draws codes: the same request gives the same bytes, whoever draws it and whenever. */
export type Renderer = {
  /**
   * @throws Problem 'invalid_style' when the size leaves less than 2 pixels a module or the logo hides too much,
   * 'invalid_request' when no code holds the text
   */
  render(request: CodeRequest): Buffer;
};

type Tools = { rasterize: Rasterizer; typeface: Typeface };

/** A renderer that keeps what the codes of a style have in common, for the styles drawn last. */
export function newRenderer({ rasterize, typeface }: Tools): Renderer {
  const templates = templateCache();
  const templateOf = (request: CodeRequest, symbolSide: number): Template => {
    const { style, hash } = request.style;
    return templates(`${hash} ${symbolSide} ${request.size}`, () => {
      const layout = codeLayout(symbolSide, style, request.size);
      return template({ style, layout, drawing: drawing(style, layout, typeface, request.logo) }, rasterize);
    });
  };
  return {
    render: (request) => {
      const { style } = request.style;
      if (style.logo !== null && request.logo === undefined)
        throw new Error(`the logo ${style.logo.logo_id} is missing`);
      const symbol = styledSymbol(request.text, style);
      if (request.format === 'png' && isPlain(style)) {
        return plainPng(symbol, codeLayout(symbol.side, style, request.size), style);
      }
      if (request.format === 'png') {
        const common = templateOf(request, symbol.side);
        return styledPng(only(symbol, common.modules.drawn), common);
      }
      const picture = drawing(style, codeLayout(symbol.side, style, request.size), typeface, request.logo);
      const { shape, drawn } = picture.modules;
      const modules = MODULE_PATHS[shape](only(symbol, drawn));
      return Buffer.from(svg(picture, { modules, sharp: shape === 'square' }));
    },
  };
}

/** The dark modules of a symbol that are drawn as modules. */
const only = ({ side, dark }: Modules, drawn: Uint8Array): Modules => ({
  side,
  dark: dark.map((is, n) => is & drawn[n]!),
});
