import * as z from 'zod';
import type { IdempotencyKey } from '#shared/conversions/conversion-store.ts';
import { conversionSchema, parseConversion } from '#shared/conversions/parse-conversion.ts';
import { type ConversionTools, recordConversion } from '#shared/conversions/record-conversion.ts';
import { verifySignature } from '#shared/conversions/verify-signature.ts';
import { type ConversionSecretTools, conversionSecrets } from '#shared/credentials/conversion-secrets.ts';
import { Problem } from '#shared/problem.ts';
import { sha256 } from '#shared/sha256.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { parseJson } from '../http/json.ts';
import { type ApiRequest, route } from '../http/route.ts';

export type ConversionRouteTools = ConversionTools &
  ConversionSecretTools & { workspaces: Pick<WorkspaceStore, 'find'> };

export const conversionRoutes = [
  route<ConversionRouteTools>()({
    method: 'POST',
    path: '/api/conversions/callback/{workspace_id}',
    function: 'api',
    dialect: 'nimriz',
    auth: 'conversion',
    summary:
      'Records what a visitor did after a click; signed with the conversion secret, not with an API key.',
    tag: 'conversions',
    problems: ['not_found', 'conflict', 'invalid_conversion'],
    requestHeaders: ['Idempotency-Key'],
    params: z.strictObject({ workspace_id: z.guid().toLowerCase() }),
    body: conversionSchema,
    // The signature is over the bytes as they came, and nothing of them is read before it fits.
    bodyType: 'raw',
    responses: {
      202: {
        description: 'Recorded. `duplicate`: the event had been recorded before and was not counted again.',
        schema: z.object({ ok: z.literal(true), event_id: z.string(), duplicate: z.boolean() }),
      },
    },
    handler: async ({ params: { workspace_id: workspaceId }, headers, rawBody }, tools) => {
      const { plan } = await admit(workspaceId, { headers, rawBody }, tools);
      const conversion = parseConversion(parseJson(rawBody), workspaceId, tools.now());
      const request = { conversion, plan: PLANS[plan], key: keyOf(headers, rawBody) };
      const answer = await recordConversion(request, tools);
      return { status: 202, body: { ok: true, event_id: answer.eventId, duplicate: answer.duplicate } };
    },
  }),
];

type Signed = Pick<ApiRequest, 'headers' | 'rawBody'>;

async function admit(
  workspaceId: string,
  { headers, rawBody }: Signed,
  tools: ConversionRouteTools,
): Promise<Workspace> {
  const { 'x-nim-timestamp': timestamp, 'x-nim-signature': signature } = headers;
  const secrets = await conversionSecrets(tools, workspaceId);
  verifySignature({ timestamp, signature, rawBody }, secrets, tools.now());
  const workspace = await tools.workspaces.find(workspaceId);
  if (workspace?.status !== 'active') throw new Problem('account_suspended');
  return workspace;
}

const KEY_LENGTH = 255;

/** The Idempotency-Key, and what it stands for; undefined when there is none. */
function keyOf(headers: Signed['headers'], rawBody: Buffer): IdempotencyKey | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (key === '' || key.length > KEY_LENGTH) {
    throw new Problem(
      'invalid_request',
      `Idempotency-Key has ${key.length} characters; 1 to ${KEY_LENGTH} are allowed.`,
      { field: 'idempotency-key' },
    );
  }
  return { keyHash: sha256(key, 'base64url'), bodyHash: sha256(rawBody, 'base64url') };
}
