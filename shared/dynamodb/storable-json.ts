import { utf8Bytes } from '../utf8.ts';

/** DynamoDB takes 32 levels; the item that a value stands in has some of its own. */
const MAX_LEVELS = 16;

/** What DynamoDB's numbers hold. */
const LEAST_NUMBER = 1e-130;
const MOST_NUMBER = 1e125;

/**
 * Why a JSON value of any shape cannot be kept in an item; undefined when it can.
 * @param maxBytes  of its JSON in UTF-8
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export function storageFault(value: unknown, maxBytes: number): string | undefined {
  const fault = faultOf(value, 0);
  if (fault !== undefined) return fault;
  const bytes = utf8Bytes(JSON.stringify(value));
  return bytes > maxBytes ? `it has ${bytes} bytes of JSON; at most ${maxBytes} are allowed` : undefined;
}

function faultOf(value: unknown, level: number): string | undefined {
  if (typeof value === 'number') return numberFault(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (level === MAX_LEVELS) return `it is nested deeper than ${MAX_LEVELS} levels`;
  for (const [name, member] of Object.entries(value)) {
    const fault = name === '' ? 'a member has no name' : faultOf(member, level + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function numberFault(number: number): string | undefined {
  const size = Math.abs(number);
  if (number === 0 || (size >= LEAST_NUMBER && size <= MOST_NUMBER)) return undefined;
  return `it holds the number ${number}; 0 and ${LEAST_NUMBER} to ${MOST_NUMBER} are allowed, of either sign`;
}
