import { utf8Bytes } from '../utf8.ts';

/** An attribute value as the wire has it: `{S}`, `{N}`, `{B}` (bytes or their base64), `{M}`, `{L}`, … */
export type WireValue = object;
export type WireItem = Readonly<Record<string, WireValue>>;

/**
 * The most that an item may have, names and keys included.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items
 */
export const MAX_ITEM_BYTES = 400 * 1024;

/** The most that keys may have, of UTF-8. */
export const MAX_KEY_BYTES = { partition: 2_048, sort: 1_024 };

/** A map or list, and each of its elements. */
const NESTED_BYTES = 3;
const ELEMENT_BYTES = 1;

/**
 * The size of an item by which it is bounded and paid: names and texts in UTF-8.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: WireItem): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8Bytes(name) + valueBytes(value), 0);

function valueBytes(value: WireValue): number {
  const [[type, content] = []] = Object.entries(value);
  switch (type) {
    case 'S':
      return utf8Bytes(content as string);
    case 'N':
      return numberBytes(content as string);
    case 'B':
      return binaryBytes(content as string | Uint8Array);
    case 'SS':
      return sumOf(content as string[], utf8Bytes);
    case 'NS':
      return sumOf(content as string[], numberBytes);
    case 'BS':
      return sumOf(content as (string | Uint8Array)[], binaryBytes);
    case 'L':
      return NESTED_BYTES + sumOf(content as WireValue[], (element) => ELEMENT_BYTES + valueBytes(element));
    case 'M':
      return (
        NESTED_BYTES +
        Object.keys(content as WireItem).length * ELEMENT_BYTES +
        itemBytes(content as WireItem)
      );
    default:
      // BOOL and NULL.
      return 1;
  }
}

const sumOf = <T>(elements: readonly T[], bytesOf: (element: T) => number): number =>
  elements.reduce((sum, element) => sum + bytesOf(element), 0);

const binaryBytes = (content: string | Uint8Array): number =>
  typeof content === 'string' ? Buffer.byteLength(content, 'base64') : content.length;

/** A byte for two significant digits, one more, and one for the sign: as close as AWS says. */
function numberBytes(number: string): number {
  const digits = number
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}
