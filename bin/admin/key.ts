import { createKey } from '#shared/credentials/api-key.ts';
import { Problem } from '#shared/problem.ts';
import { type ApiKey, DEFAULT_SCOPES, SCOPES, type Scope } from '#shared/workspaces/workspace.ts';
import { columns } from './columns.ts';
import { type Command, command, oneOf } from './command.ts';
import { workspaceById } from './find.ts';

export const keyCommands: Record<string, Command> = {
  'key create': command({
    args: ['workspace'],
    options: {
      scopes: {
        type: 'string',
        value: '<a,b>',
        help: `of ${SCOPES.join(', ')}; all but the last unless given`,
      },
    },
    summary: 'Makes an API key and prints it: this once.',
    run: async ([workspaceId], { scopes }, admin) => {
      const allowed = scopes === undefined ? DEFAULT_SCOPES : scopesOf(scopes);
      await workspaceById(admin, workspaceId);
      const { text } = await createKey(admin.workspaces, {
        workspaceId,
        scopes: allowed,
        nowMs: admin.now(),
      });
      admin.print(text);
    },
  }),

  'key list': command({
    args: ['workspace'],
    summary: 'Lists the API keys of a workspace; their secrets are kept nowhere.',
    run: async ([workspaceId], _options, admin) => {
      await workspaceById(admin, workspaceId);
      const rows = (await admin.workspaces.keys(workspaceId)).map(rowOf);
      for (const line of columns(['KEY', 'CREATED', 'REVOKED', 'SCOPES'], rows)) admin.print(line);
    },
  }),

  'key revoke': command({
    args: ['key'],
    summary: 'Refuses a key, and every session that it opened, from the next request on.',
    run: async ([keyId], _options, admin) => {
      const key = await admin.workspaces.findKey(keyId);
      if (key === undefined) throw new Problem('not_found', `There is no key with the id ${idOf(keyId)}.`);
      const revoked = await admin.workspaces.revokeKey(key.workspaceId, keyId, admin.now());
      admin.print(`${keyId} is revoked since ${instant(revoked?.revokedAtMs ?? null)}.`);
    },
  }),
};

function scopesOf(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.map((name) => oneOf('A scope', name, SCOPES)))];
}

/** Whoever gives the whole key by mistake does not see its secret again. */
const idOf = (text: string): string =>
  text.startsWith('slk_') ? 'of a whole key; give only its middle part' : text;

const instant = (ms: number | null): string => (ms === null ? '-' : new Date(ms).toISOString());

const rowOf = ({ keyId, createdAtMs, revokedAtMs, scopes }: ApiKey): string[] => [
  keyId,
  instant(createdAtMs),
  instant(revokedAtMs),
  scopes.join(','),
];
