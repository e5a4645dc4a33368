import QRCode, { type QRCodeMaskPattern } from 'qrcode';
import type { ErrorCorrection } from '#shared/qr/style/style.ts';
import { type QrSymbol, qrSymbol } from '#shared/qr/symbol/qr-symbol.ts';

const LEVELS: readonly ErrorCorrection[] = ['L', 'M', 'Q', 'H'];

/** The mask that a symbol says it has. @see ISO/IEC 18004:2015, 7.9: bits 10 to 12 of the format, XOR 101 */
function maskOf({ side, dark }: QrSymbol): QRCodeMaskPattern {
  const bits = [2, 3, 4].map((x) => dark[8 * side + x]!);
  return (((bits[0]! << 2) | (bits[1]! << 1) | bits[2]!) ^ 0b101) as QRCodeMaskPattern;
}

/** The same text by another encoder, as bytes and with the same mask. */
function theirs(
  text: string,
  errorCorrectionLevel: ErrorCorrection,
  maskPattern: QRCodeMaskPattern,
): QrSymbol {
  const segments = [{ data: Buffer.from(text), mode: 'byte' as const }];
  const { modules, version } = QRCode.create(segments, { errorCorrectionLevel, maskPattern });
  return { version, side: modules.size, dark: Uint8Array.from(modules.data, (is) => (is ? 1 : 0)) };
}

test.each(LEVELS)(
  'a second encoder makes the same symbols with error correction %s, small ones to the largest',
  (level) => {
    const lengths = [1, 7, 14, 22, 35, 60, 78, 120, 180, 250, 332, 500, 800, 1_271];
    for (const length of lengths) {
      const text = `https://ünï.example.com/${'aB0-_'.repeat(300)}`.slice(0, length).replace(/[üï]$/, 'x');
      const ours = qrSymbol(text, level);
      expect(ours).toEqual(theirs(text, level, maskOf(ours)));
    }
  },
);

test('a larger version can be asked for', () => {
  const larger = qrSymbol('https://a.io/abc', 'H', 9);
  expect([larger.version, larger.side]).toEqual([9, 53]);
});

test('masks differ from text to text, for each gets the one of the least penalty', () => {
  const masks = Array.from({ length: 60 }, (_, n) => maskOf(qrSymbol(`https://a.io/${n}`, 'M')));
  expect(new Set(masks).size).toBeGreaterThan(4);
});

test.each([
  ['', 'M', '"" has 0'],
  ['x'.repeat(1_274), 'H', '1 to 1273 bytes'],
  ['ä'.repeat(1_500), 'L', 'has 3000'],
] as const)('what no symbol holds is refused', (text, level, said) => {
  expect(() => qrSymbol(text, level)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(said) }),
  );
});
