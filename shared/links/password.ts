import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { characterCount } from '../characters.ts';
import { Problem } from '../problem.ts';

export const MAX_PASSWORD_CHARACTERS = 128;

/** What a hash costs: memory in KiB, passes over it, lanes. */
type Cost = { memory: number; passes: number; parallelism: number };

/**
 * OWASP's smallest setting for argon2id: 19 MiB fit beside everything else into a 256 MB function, and a guess
 * takes some 20 ms of a whole core.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const derive = promisify(argon2);

/** Whether a password is the one that was hashed, and whether the hash was made at another cost than today's. */
export type Verdict = { matches: boolean; outdated: boolean };

/**
 * A link's password as it is hashed: composed (NFC), so that it does not matter which keyboard typed it.
 * @throws Problem 'invalid_request' unless it has 1 to 128 characters, none of them a control character
 */
export function normalPassword(password: string, field = 'password'): string {
  const normal = password.normalize('NFC');
  // Composing makes some texts longer: what was typed counts, if that is less.
  const characters = Math.min(characterCount(normal), characterCount(password));
  const shown =
    characters > MAX_PASSWORD_CHARACTERS || characters === 0
      ? `it has ${characters} characters`
      : 'it holds a control character';
  if (characters > 0 && characters <= MAX_PASSWORD_CHARACTERS && !/[\p{Cc}\p{Cs}]/u.test(normal))
    return normal;
  throw new Problem(
    'invalid_request',
    `"${field}" is not valid: ${shown}; 1 to ${MAX_PASSWORD_CHARACTERS} characters are allowed, no control characters`,
    { field },
  );
}

/**
 * The argon2id hash of a password in PHC form, salted anew each time.
 * @throws Problem 'invalid_request' when it is no possible password
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 */
export async function hashPassword(password: string, cost: Cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await hashOf(normalPassword(password), salt, HASH_BYTES, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

/**
 * Compares a password with a stored hash in constant time. What cannot be a password never matches.
 * An outdated hash that matches may be replaced by hashPassword of the same password.
 */
export async function verifyPassword(stored: string, password: string): Promise<Verdict> {
  const [, memory, passes, parallelism, salt, hash] = PHC.exec(stored) ?? [];
  if (hash === undefined) throw new Error('a stored password hash is not in PHC form');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(hash, 'base64');
  const outdated = (Object.keys(COST) as (keyof Cost)[]).some((name) => cost[name] !== COST[name]);
  if (!isPossible(password)) return { matches: false, outdated };
  const actual = await hashOf(normalPassword(password), Buffer.from(salt!, 'base64'), expected.length, cost);
  return { matches: timingSafeEqual(actual, expected), outdated };
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const hashOf = (message: string, nonce: Buffer, tagLength: number, cost: Cost): Promise<Buffer> =>
  derive('argon2id', { message, nonce, tagLength, ...cost });

/** PHC strings leave the padding out. */
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

function isPossible(password: string): boolean {
  try {
    normalPassword(password);
    return true;
  } catch {
    return false;
  }
}
