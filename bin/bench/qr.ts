import { Resvg } from '@resvg/resvg-wasm';
import JSZip from 'jszip';
import QRCode from 'qrcode';
import { type ArchiveRow, archive } from '#shared/exports/files/archive/archive-format.ts';
import type { Logo } from '#shared/qr/logo/logo.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { rgbaPng } from '#shared/qr/png/png-file.ts';
import type { CodeRequest } from '#shared/qr/renderer.ts';
import { effectiveStyle } from '#shared/qr/style/effective-style.ts';
import type { StyleLayer } from '#shared/qr/style/style-layer.ts';
import { qrSymbol } from '#shared/qr/symbol/qr-symbol.ts';
import type { Bench, Figure } from './bench.ts';
import { interleaved } from './exports/interleaved.ts';

const SIZE = 1024;
const ROUNDS = 9;

/** What codes cost: the bulk ZIP makes ten thousand of them. */
export const qrBenches: Bench[] = [
  { name: 'qr plain', run: plain },
  { name: 'qr symbol', run: symbols },
  { name: 'qr styled', run: styled },
  { name: 'qr archive', run: archived },
];

/** Short URLs as they are, each another one. */
const urls = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, n) => `https://go.example.com/aB${n.toString(36).padStart(4, 'x')}?nr=qr`,
  );

async function plain(): Promise<Figure[]> {
  const { renderer } = await openRenderer();
  const style = effectiveStyle([]);
  const [few, many] = [urls(4), urls(400)];
  let most = 0;
  const ms = await interleaved(
    {
      ours: () => {
        for (const text of many) {
          most = Math.max(most, renderer.render({ text, style, size: SIZE, format: 'png' }).length);
        }
      },
      theirs: async () => {
        for (const text of few) await QRCode.toBuffer(text, { width: SIZE });
      },
    },
    ROUNDS,
  );
  const each = ms.ours / many.length;
  const ratio = ms.theirs / few.length / each;
  return [
    figure('plain QR PNG, 1,024 px', 'qrcode.toBuffer', ratio, 200, `${each.toFixed(3)} ms`),
    {
      work: 'plain QR PNG, 1,024 px',
      against: '–',
      measured: `${most} bytes at most`,
      wanted: '≤ 2,000 bytes',
      reached: most <= 2_000,
    },
  ];
}

/** A code is found by its style, drawn, and becomes an entry; the manifest and the directory follow, as in an export. */
async function archived(): Promise<Figure[]> {
  const { renderer } = await openRenderer();
  const [few, many] = [urls(4), urls(1_000)];
  const options = { about: { version: 1 } };
  const rowOf = (text: string, n: number): ArchiveRow => {
    const style = effectiveStyle([]);
    const name = `go.example.com/${n}.png`;
    const bytes = renderer.render({ text, style, size: SIZE, format: 'png' });
    return { file: { name, bytes }, result: { url_id: text, status: 'ready', file_name: name } };
  };
  const ours = async () => {
    const written = await archive.rows({}, options)(many.map(rowOf) as never[]);
    const segment = {
      file: 0,
      bytes: written.content.length,
      rows: written.rows,
      index: async () => written.index!,
    };
    for await (const end of archive.close!(options, [segment])) void end;
  };
  const theirs = async () => {
    const zip = new JSZip();
    for (const [n, text] of few.entries()) zip.file(`${n}.png`, await QRCode.toBuffer(text, { width: SIZE }));
    await zip.generateAsync({ type: 'nodebuffer' });
  };
  const ms = await interleaved({ ours, theirs }, ROUNDS);
  const each = ms.ours / many.length;
  const ratio = ms.theirs / few.length / each;
  return [
    figure('bulk QR to ZIP, in process', 'qrcode.toBuffer into jszip', ratio, 150, `${each.toFixed(3)} ms`),
  ];
}

async function symbols(): Promise<Figure[]> {
  const texts = urls(200);
  const ms = await interleaved(
    {
      ours: () => texts.forEach((text) => void qrSymbol(text, 'M')),
      theirs: () => texts.forEach((text) => void QRCode.create(text, { errorCorrectionLevel: 'M' })),
    },
    4 * ROUNDS,
  );
  const each = ms.ours / texts.length;
  return [
    figure('QR symbol, all masks weighed', 'qrcode.create', ms.theirs / ms.ours, 10, `${each.toFixed(3)} ms`),
  ];
}

/** All that a style can ask for at once. */
const RICH: StyleLayer = {
  foreground: { mode: 'gradient', gradient: { from: '#0a143c', to: '#7a1fa2', angle: 45 } },
  modules: { shape: 'rounded' },
  eyes: { outer: 'rounded', inner: 'circle' },
  frame: { layout: 'cta_below', text: 'Scan me', color: '#0a143c' },
  logo: { logo_id: '01900000-0000-7000-8000-000000000001', shape: 'circle' },
};

async function styled(): Promise<Figure[]> {
  const { renderer, rasterize } = await openRenderer();
  const style = effectiveStyle([RICH]);
  const picture = rasterize(LOGO);
  const logo: Logo = { ...picture, png: rgbaPng(picture.width, picture.height, picture.rgba) };
  const request = (text: string, format: 'png' | 'svg'): CodeRequest => ({
    text,
    style,
    size: SIZE,
    format,
    logo,
  });
  const texts = urls(12);
  const drawings = texts.map((text) => renderer.render(request(text, 'svg')).toString());
  const ms = await interleaved(
    {
      ours: () => texts.forEach((text) => void renderer.render(request(text, 'png'))),
      theirs: () => drawings.forEach((drawing) => void rasterizedPng(drawing)),
    },
    ROUNDS,
  );
  const each = ms.ours / texts.length;
  return [
    figure(
      'styled QR PNG, 1,024 px (rounded, gradient, frame, logo)',
      'resvg per code',
      ms.theirs / ms.ours,
      8,
      `${each.toFixed(1)} ms`,
    ),
  ];
}

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><circle cx="128" cy="128" r="120" fill="#e4003a"/><path d="M64 128l48 56 88-110" stroke="#fff" stroke-width="28" fill="none"/></svg>';

/** What a code costs without anything in common with others: its own drawing, by the same engine. */
function rasterizedPng(drawing: string): Uint8Array {
  const document = new Resvg(drawing, { font: { loadSystemFonts: false } });
  const image = document.render();
  const png = image.asPng();
  image.free();
  document.free();
  return png;
}

const figure = (work: string, against: string, ratio: number, wanted: number, each: string): Figure => ({
  work,
  against,
  measured: `${ratio.toFixed(ratio < 100 ? 1 : 0)}× (${each} each)`,
  wanted: `≥ ${wanted}×`,
  reached: ratio >= wanted,
});
