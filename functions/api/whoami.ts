import * as z from 'zod';
import { PLANS } from '#shared/workspaces/plans.ts';
import { SCOPES } from '#shared/workspaces/workspace.ts';
import { route } from '../http/route.ts';

export const whoamiRoutes = [
  route<unknown>()({
    method: 'GET',
    path: '/api/v1/whoami',
    function: 'api',
    dialect: 'nimriz',
    auth: 'workspace',
    summary: 'The workspace of the credential and what the credential may do there.',
    tag: 'session',
    responses: {
      200: {
        description: 'Who calls.',
        schema: z.object({
          ok: z.literal(true),
          account_id: z.guid(),
          workspace_name: z.string(),
          plan: z.enum(Object.keys(PLANS)),
          scopes: z.array(z.enum(SCOPES)),
        }),
      },
    },
    handler: async ({ principal: { workspace, scopes } }) => ({
      status: 200,
      body: {
        ok: true,
        account_id: workspace.workspaceId,
        workspace_name: workspace.name,
        plan: workspace.plan,
        scopes: SCOPES.filter((scope) => scopes.has(scope)),
      },
    }),
  }),
];
