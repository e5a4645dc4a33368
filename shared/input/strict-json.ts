import { Problem } from '../problem.ts';
import { quoted } from '../quoted.ts';
import { jsonFault } from './json-fault.ts';

/** Deeper than any schema here; a bomb of brackets is refused before anything recurses over it. */
const MAX_DEPTH = 64;

/**
 * JSON from outside, stricter than JSON.parse: no duplicate keys, no `__proto__`, no lone surrogates,
 * no number beyond the range of a double, no depth beyond 64. Its refusals name keys and quote no text.
 * @param what  how the refusal calls the text
 * @param secret  the text may hold what nobody else should read: not even its numbers are quoted
 * @throws Problem 'invalid_request' that says which
 */
export function parseStrictJson(text: string, what: string, { secret = false } = {}): unknown {
  const parsed = parseJson(text, what);
  refuseAmbiguities(text, what, secret);
  return parsed;
}

/** The runtime's own words quote the text, so they go nowhere: neither into the message nor into its cause. */
function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${what} is not JSON: ${faultOf(text)}`);
  }
}

function faultOf(text: string): string {
  const fault = jsonFault(text);
  if (fault === undefined) return 'it cannot be read';
  const before = text.slice(0, fault.at).split('\n');
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  return fault.at === text.length
    ? `it ends at ${place}, where ${fault.wanted} is missing`
    : `at ${place} there must be ${fault.wanted}`;
}

const outOfRange = (number: string, what: string): Problem =>
  invalid(`${number} in ${what} is out of range; at most 1.7e308 is allowed`);

const invalid = (message: string): Problem => new Problem('invalid_request', message);

/** A token of valid JSON that matters here: a string, a number, a bracket or a comma. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],]/gs;

/** Walks text that JSON.parse accepted and refuses what two readers could understand differently. */
function refuseAmbiguities(text: string, what: string, secret: boolean): void {
  const open: { keys: Set<string> | undefined; expectsKey: boolean }[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const top = open.at(-1);
    if (token === '{' || token === '[') {
      if (open.length === MAX_DEPTH) throw invalid(`${what} is nested deeper than ${MAX_DEPTH} levels`);
      open.push({ keys: token === '{' ? new Set() : undefined, expectsKey: token === '{' });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (top) top.expectsKey = top.keys !== undefined;
    } else if (token[0] === '"') {
      const value = readString(token, what);
      if (top?.keys && top.expectsKey) {
        readKey(top.keys, value);
        top.expectsKey = false;
      }
    } else if (!Number.isFinite(Number(token))) {
      throw outOfRange(secret ? 'a number' : `the number ${token.slice(0, 40)}`, what);
    }
  }
}

function readString(token: string, what: string): string {
  const value = JSON.parse(token) as string;
  if (!value.isWellFormed())
    throw invalid(`${what} holds half of a surrogate pair, which is no Unicode text`);
  return value;
}

function readKey(keys: Set<string>, key: string): void {
  if (key === '__proto__') throw invalid('the key "__proto__" is not allowed');
  if (keys.has(key)) throw invalid(`the key ${quoted(key)} stands twice in one object`);
  keys.add(key);
}
