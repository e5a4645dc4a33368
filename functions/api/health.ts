import * as z from 'zod';
import type { Secrets } from '#shared/credentials/secrets.ts';
import { route } from '../http/route.ts';

type HealthTools = { secrets: Secrets };

export const healthRoutes = [
  route<HealthTools>()({
    method: 'GET',
    path: '/api/health',
    function: 'api',
    dialect: 'nimriz',
    auth: 'public',
    summary: 'Whether the service and its tables answer.',
    tag: 'service',
    responses: { 200: { description: 'They do.', schema: z.object({ ok: z.literal(true) }) } },
    handler: async (_request, { secrets }) => {
      // Read from the table at most once a minute, so that this open route cannot be used to load it.
      await secrets.derive('health');
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: { ok: true } };
    },
  }),
];
