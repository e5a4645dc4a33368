import type { Secrets } from '#shared/credentials/secrets.ts';
import { openToken, signToken } from '#shared/credentials/signed-token.ts';
import { Problem } from '#shared/problem.ts';

const CURSOR_MS = 86_400_000;

type CursorTools = { secrets: Secrets; now(): number };

/**
 * Cursors of one list: signed, of one workspace, good for 24 hours.
 * @param purpose  what keeps a cursor of this list from being one of another
 * @param member  under which name the payload has the position; cursors that are out there have it so
 * @param refusal  what a person is told whose cursor is none
 */
export const listCursor = (purpose: string, member: string, refusal: string) => ({
  /** The cursor behind which the list goes on; null at its end. */
  sign: async (
    position: string | undefined,
    workspaceId: string,
    { secrets, now }: CursorTools,
  ): Promise<string | null> =>
    position === undefined
      ? null
      : signToken(secrets, purpose, { workspaceId, [member]: position }, now() + CURSOR_MS),

  /** The position; undefined without a cursor. @throws Problem 'invalid_request' */
  async open(
    cursor: string | undefined,
    workspaceId: string,
    { secrets, now }: CursorTools,
  ): Promise<string | undefined> {
    if (cursor === undefined) return undefined;
    const opened = await openToken<Record<string, string>>(secrets, purpose, cursor, now());
    if (opened?.workspaceId === workspaceId) return opened[member];
    throw new Problem('invalid_request', refusal, { field: 'cursor' });
  },
});
