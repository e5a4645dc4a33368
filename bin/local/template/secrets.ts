import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Generated secrets, one per resource, kept in one file that only its owner may read.
 * @param file  where they are kept; made with the first secret
 */
export function openSecrets(file: string): (name: string) => string {
  const secrets = readSecrets(file);
  return (name) => {
    const known = secrets[name];
    if (known) return known;
    const secret = randomBytes(32).toString('base64url');
    secrets[name] = secret;
    writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return secret;
  };
}

function readSecrets(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read; remove it to have its secrets made anew`, { cause: error });
  }
}
