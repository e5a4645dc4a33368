import * as z from 'zod';
import { route } from '#functions/http/route.ts';
import { uuidMs } from '#shared/ids.ts';
import { Problem } from '#shared/problem.ts';
import { deleteLogo, findLogo, type KeptLogo, keepLogo, type LogoTools } from '#shared/qr/keep-logo.ts';
import { requireQrApi } from '#shared/qr/qr-features.ts';
import type { Principal } from '#shared/workspaces/workspace.ts';
import { id } from '../links/schemas.ts';

export type LogoRouteTools = LogoTools;

/** An image of 1 MiB in base64, and what stands around it. */
const BODY_LIMIT_BYTES = 1.5 * 1024 ** 2;

const logoSchema = z
  .object({
    id: z.guid().describe('What styles name it by.'),
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    created_at: z.iso.datetime(),
    preview_url: z.url().describe('Shows the picture, for five minutes.'),
  })
  .meta({ id: 'QrLogo' });
const answerSchema = z.object({ ok: z.literal(true), logo: logoSchema }).meta({ id: 'QrLogoAnswer' });

/** The smallest PNG there is, more or less: a pixel of blue. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOQ0v7/HwAD6wJEWDWmUwAAAABJRU5ErkJggg==';

/** Read where it is used, so that its refusal is an `invalid_style`. */
const image = z
  .string()
  .meta({ examples: [PIXEL] })
  .describe('A PNG or JPEG of up to 1 MiB and 4 million pixels, in base64; a data: URI of it will do.');

const params = z.strictObject({ id });
const common = { function: 'api', dialect: 'nimriz', auth: 'workspace', scope: 'qr', tag: 'qr' } as const;

export const logoRoutes = [
  route<LogoRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/v1/qr/logos',
    summary: 'Keeps an image as a logo that QR styles can name.',
    problems: ['feature_not_enabled', 'plan_limit', 'invalid_style'],
    bodyLimitBytes: BODY_LIMIT_BYTES,
    body: z.strictObject({ image }),
    responses: { 201: { description: 'The logo.', schema: answerSchema } },
    handler: async ({ principal, body }, tools) => {
      requireLogos(principal);
      const { workspaceId } = principal.workspace;
      const kept = await keepLogo(tools, workspaceId, bytesOf(body.image));
      return { status: 201, body: await logoAnswer(kept, workspaceId, tools) };
    },
  }),

  route<LogoRouteTools>()({
    ...common,
    method: 'GET',
    path: '/api/v1/qr/logos/{id}',
    summary: 'A logo by its id.',
    problems: ['feature_not_enabled'],
    params,
    responses: { 200: { description: 'The logo.', schema: answerSchema } },
    handler: async ({ principal, params: { id: logoId } }, tools) => {
      requireLogos(principal);
      const { workspaceId } = principal.workspace;
      const kept = await findLogo(tools.logos, workspaceId, logoId);
      return { status: 200, body: await logoAnswer(kept, workspaceId, tools) };
    },
  }),

  route<LogoRouteTools>()({
    ...common,
    method: 'DELETE',
    path: '/api/v1/qr/logos/{id}',
    summary: 'Deletes a logo; codes whose style names it cannot be drawn any more.',
    problems: ['feature_not_enabled'],
    params,
    responses: {
      200: { description: 'The id of the logo.', schema: z.object({ ok: z.literal(true), id: z.guid() }) },
    },
    handler: async ({ principal, params: { id: logoId } }, { logos }) => {
      requireLogos(principal);
      await deleteLogo(logos, principal.workspace.workspaceId, logoId);
      return { status: 200, body: { ok: true, id: logoId } };
    },
  }),
];

const requireLogos = (principal: Principal): void => requireQrApi(principal, 'QR logos are managed');

/** What a data: URI says of its content is not believed; its bytes tell. */
function bytesOf(text: string): Buffer {
  const base64 = text.replace(/^data:[\w.+/-]{0,80};base64,/, '').trimEnd();
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return Buffer.from(base64, 'base64');
  throw new Problem('invalid_style', '"image" is not base64; a PNG or JPEG in base64 is needed', {
    field: 'image',
  });
}

async function logoAnswer(
  { logoId, logo: { png, width, height } }: KeptLogo,
  workspaceId: string,
  { logos }: LogoRouteTools,
): Promise<z.input<typeof answerSchema>> {
  const preview_url = await logos.previewUrl(workspaceId, logoId);
  const created_at = new Date(uuidMs(logoId)).toISOString();
  return { ok: true, logo: { id: logoId, width, height, bytes: png.length, created_at, preview_url } };
}
