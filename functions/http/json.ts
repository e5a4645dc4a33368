import { parseStrictJson } from '#shared/input/strict-json.ts';
import { Problem } from '#shared/problem.ts';

/**
 * A JSON body, read strictly: see parseStrictJson.
 * @throws Problem 'invalid_request' that says what is wrong
 */
export const parseJson = (bytes: Buffer, options: { secret?: boolean } = {}): unknown =>
  parseStrictJson(decode(bytes), 'the body', options);

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('invalid_request', 'the body is not UTF-8', { cause });
  }
}
