import { Problem } from '../problem.ts';
import { type ApiKey, type Principal, SCOPES } from '../workspaces/workspace.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';
import { isSecretOf, parseApiKey } from './api-key.ts';
import type { Secrets } from './secrets.ts';
import { looksLikeJwt, readSession, type SessionIssuer } from './session.ts';

export type AuthTools = {
  workspaces: Pick<WorkspaceStore, 'find' | 'findKey'>;
  secrets: Secrets;
  /** Whose sessions are taken beside this deployment's own. */
  sessionIssuer: SessionIssuer | undefined;
  now(): number;
};

type Headers = Readonly<Record<string, string | undefined>>;

/** The caller before its workspace is read. */
type Caller = Omit<Principal, 'workspace'> & { workspaceId: string };

const KEY_HEADERS = ['x-nim-api-key', 'x-api-key'] as const;

/**
 * Who calls: by an API key in `Authorization: Bearer`, `X-Nim-Api-Key` or `X-API-KEY`, or by a session as Bearer.
 * @param headers  names in lower case
 * @param options.workspaceId  the workspace that the route names: it chooses among those of an external session
 * @throws Problem 'unauthorized', 'account_suspended'; 'not_found' when the route's workspace is not the caller's
 */
export async function authenticate(
  headers: Headers,
  tools: AuthTools,
  { workspaceId }: { workspaceId?: string | undefined } = {},
): Promise<Principal> {
  const { text, bearer } = credential(headers);
  const caller =
    bearer && looksLikeJwt(text)
      ? await callerOfSession(text, tools, workspaceId)
      : await callerOfKey(text, tools);
  const workspace = await tools.workspaces.find(caller.workspaceId);
  if (workspace === undefined) throw unauthorized('The workspace of the credential does not exist.');
  if (workspace.status === 'suspended') throw new Problem('account_suspended');
  if (workspaceId !== undefined && workspaceId.toLowerCase() !== workspace.workspaceId) {
    throw new Problem('not_found');
  }
  const { workspaceId: _found, ...rest } = caller;
  return { ...rest, workspace };
}

/** The one credential of a request. */
function credential(headers: Headers): { text: string; bearer: boolean } {
  const bearer = bearerOf(headers.authorization);
  const keys = KEY_HEADERS.map((name) => headers[name]).filter((text) => text !== undefined);
  const all = new Set(bearer === undefined ? keys : [bearer, ...keys]);
  const [text] = all;
  if (text === undefined) {
    throw unauthorized(
      'A credential is required: an API key or a session as Authorization: Bearer, or an API key as X-Nim-Api-Key or X-API-KEY.',
    );
  }
  if (all.size > 1) throw unauthorized('The request carries two different credentials; send one.');
  return { text, bearer: bearer !== undefined };
}

function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [, text] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (text === undefined) throw unauthorized('The Authorization header must be "Bearer" and one credential.');
  return text;
}

async function callerOfKey(text: string, tools: AuthTools): Promise<Caller> {
  const parts = parseApiKey(text);
  if (parts === undefined) throw unauthorized('The API key is malformed; keys begin with slk_.');
  const key = await tools.workspaces.findKey(parts.keyId);
  // One sentence for both: whether a key id exists is not a stranger's business.
  if (key === undefined || !isSecretOf(key, parts.secret)) throw unauthorized('The API key is not known.');
  return { ...callerOf(live(key)), via: 'key' };
}

async function callerOfSession(token: string, tools: AuthTools, wanted: string | undefined): Promise<Caller> {
  const { secrets, sessionIssuer: issuer } = tools;
  const session = await readSession(token, { secrets, issuer }, tools.now());
  if (session.issuer === 'external') return callerOfPerson(session, wanted);
  const key = await tools.workspaces.findKey(session.keyId);
  if (key === undefined || key.workspaceId !== session.workspaceId) {
    throw unauthorized('The API key of the session does not exist.');
  }
  return { ...callerOf(live(key)), via: 'session' };
}

function callerOfPerson(
  { workspaceIds, email }: { workspaceIds: readonly string[]; email: string | null },
  wanted: string | undefined,
): Caller {
  const person = { scopes: new Set(SCOPES), via: 'session' as const, keyId: null, email };
  if (wanted !== undefined) {
    const workspaceId = workspaceIds.find((id) => id === wanted.toLowerCase());
    if (workspaceId === undefined) throw new Problem('not_found');
    return { ...person, workspaceId };
  }
  const [workspaceId] = workspaceIds;
  if (workspaceId === undefined) throw unauthorized('The session names no workspace.');
  if (workspaceIds.length > 1) {
    throw new Problem(
      'invalid_request',
      `The session names ${workspaceIds.length} workspaces and this path none; use a session of one workspace.`,
    );
  }
  return { ...person, workspaceId };
}

function live(key: ApiKey): ApiKey {
  if (key.revokedAtMs !== null) throw unauthorized('The API key is revoked.');
  return key;
}

const callerOf = (key: ApiKey) => ({
  workspaceId: key.workspaceId,
  scopes: new Set(key.scopes),
  keyId: key.keyId,
  email: null,
});

const unauthorized = (message: string): Problem => new Problem('unauthorized', message);
