import type { Modules } from '../drawing/module-paths.ts';
import { pngFile } from './png-file.ts';
import type { Template } from './template.ts';
import { NEIGHBOURHOODS } from './tiles.ts';

/**
 * The picture of a code: the template of its style, and for each module the tile that its neighbours call for.
 * @param modules  those that are drawn as modules
 */
export function styledPng(modules: Modules, template: Template): Buffer {
  const { layout, head, tiles } = template;
  const rows = Buffer.from(template.rows);
  const { kindAt } = NEIGHBOURHOODS[template.modules.shape];
  for (let y = 0; y < modules.side; y += 1) {
    for (let x = 0; x < modules.side; x += 1) {
      if (modules.dark[y * modules.side + x] === 0) continue;
      blit(rows, template, { tile: tiles[kindAt(modules, x, y)]!, x: x * layout.scale, y: y * layout.scale });
    }
  }
  return pngFile(head, rows, 1);
}

type Placed = { tile: Uint8Array; x: number; y: number };

function blit(rows: Buffer, { layout, offsets }: Template, { tile, x, y }: Placed): void {
  const { scale, size } = layout;
  const pixels = layout.side * scale;
  for (let row = 0, n = 0; row < scale; row += 1) {
    let at = (layout.y + y + row) * (size + 1) + 1 + layout.x + x;
    let step = (y + row) * pixels + x;
    for (const end = n + scale; n < end; n += 1, at += 1, step += 1) {
      const level = tile[n]!;
      if (level > 0) rows[at] = level - 1 + (offsets === undefined ? 0 : offsets[step]!);
    }
  }
}
