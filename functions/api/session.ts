import * as z from 'zod';
import type { Secrets } from '#shared/credentials/secrets.ts';
import { openSession } from '#shared/credentials/session.ts';
import { Problem } from '#shared/problem.ts';
import { route } from '../http/route.ts';

type SessionTools = { secrets: Secrets; now(): number };

export const sessionRoutes = [
  route<SessionTools>()({
    method: 'POST',
    path: '/api/session',
    function: 'api',
    dialect: 'nimriz',
    auth: 'workspace',
    summary: 'Opens a session of one hour with an API key.',
    tag: 'session',
    problems: ['forbidden'],
    responses: {
      200: {
        description: 'A JWT for Authorization: Bearer; it ends with its key.',
        schema: z.object({ token: z.string(), expires_at: z.iso.datetime() }),
      },
    },
    handler: async ({ principal }, { secrets, now }) => {
      const { keyId, via, workspace } = principal;
      if (via !== 'key' || keyId === null) {
        throw new Problem('forbidden', 'A session cannot open another one; send the API key.');
      }
      const key = { keyId, workspaceId: workspace.workspaceId };
      const { token, expiresAtMs } = await openSession(secrets, key, now());
      return {
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: { token, expires_at: new Date(expiresAtMs).toISOString() },
      };
    },
  }),
];
