import * as z from 'zod';
import type { CommonTools } from '#functions/http/open-tools.ts';
import { id, shownAs, yesOrNo } from '#functions/http/query-fields.ts';
import { type ApiAnswer, type Route, route } from '#functions/http/route.ts';
import { findLink } from '#shared/links/change-link.ts';
import type { Link } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { type CodeCache, codeKey } from '#shared/qr/code-cache.ts';
import { SIZES } from '#shared/qr/drawing/code-layout.ts';
import type { LinkCodes, Picture, RenderSource } from '#shared/qr/link-codes.ts';
import { requireFrames, requireQrApi } from '#shared/qr/qr-features.ts';
import { parseStyle } from '#shared/qr/style/parse-style.ts';
import type { StyleLayer } from '#shared/qr/style/style-layer.ts';
import type { Principal } from '#shared/workspaces/workspace.ts';

export type CodeRouteTools = CommonTools & {
  links: Pick<LinkStore, 'find'>;
  openCodes(workspaceId: string): Promise<LinkCodes>;
  cache: CodeCache;
  log: { warn(message: string, details: object): void };
};

const CONTENT_TYPES = { svg: 'image/svg+xml', png: 'image/png' } as const;
const format = z.enum(['svg', 'png']).default('svg');
const clamped = (size: number): number => Math.min(Math.max(size, SIZES.least), SIZES.most);

const digits = 'it must be a whole number of pixels';
const querySize = z
  .string(digits)
  .regex(/^\d+$/, digits)
  .transform((text) => clamped(Number(text)))
  .default(SIZES.default)
  .describe(`Pixels; clamped to ${SIZES.least} to ${SIZES.most}.`)
  .meta(shownAs({ type: 'integer', minimum: 0 }));
const bodySize = z
  .int(digits)
  .min(0, digits)
  .transform(clamped)
  .default(SIZES.default)
  .describe(`Pixels; clamped to ${SIZES.least} to ${SIZES.most}.`);

const anew = 'Draws the code even when it is kept.';

/** Takes anything, because parseStyle checks it and refuses it as an `invalid_style`. */
const anyStyle = z
  .unknown()
  .optional()
  .meta({
    override: ({ jsonSchema }: { jsonSchema: object }) =>
      void Object.assign(jsonSchema, { $ref: '#/components/schemas/QrStyle' }),
  });

const common = { function: 'qr', dialect: 'nimriz', auth: 'workspace', scope: 'qr', tag: 'qr' } as const;
const responses = {
  200: {
    description: 'The picture itself, to be downloaded.',
    contentTypes: {
      'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"></svg>',
      'image/png': 'bytes of a PNG',
    },
    headers: ['Content-Disposition', 'ETag'],
  },
} as const;
const PROBLEMS = ['feature_not_enabled', 'invalid_style', 'not_found'] as const;

/** Single codes of links: the API page's two ways to one. */
export const codeRoutes: Route<CodeRouteTools>[] = [
  route<CodeRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/v1/qr/generate',
    summary: 'Draws the QR code of a link, by its saved state, a preset, a style.',
    problems: PROBLEMS,
    body: z.strictObject({
      url_id: id,
      format,
      size: bodySize,
      force_regenerate: z.boolean().default(false).describe(anew),
      qr_preset_id: id.optional().describe('Lies in place of what the link has saved.'),
      style: anyStyle,
    }),
    responses,
    handler: async ({ principal, body }, tools) => {
      const over = body.style === undefined ? undefined : parseStyle(body.style, OF_BODY);
      if (over) requireFrames(principal.workspace, over);
      const source: RenderSource = body.qr_preset_id
        ? { type: 'preset', presetId: body.qr_preset_id }
        : { type: 'effective' };
      const { url_id: urlId, size, force_regenerate: force } = body;
      return answer({ urlId, source, over, picture: { size, format: body.format }, force }, principal, tools);
    },
  }),

  route<CodeRouteTools>()({
    ...common,
    method: 'GET',
    path: '/api/v1/links/{id}/qr',
    summary: 'The QR code of a link by its saved state.',
    problems: PROBLEMS,
    params: z.strictObject({ id }),
    query: z.strictObject({
      format,
      size: querySize,
      force_regenerate: yesOrNo().default(false).describe(anew),
    }),
    responses,
    handler: async ({ principal, params, query }, tools) => {
      const picture = { size: query.size, format: query.format };
      const source = { type: 'effective' } as const;
      return answer({ urlId: params.id, source, picture, force: query.force_regenerate }, principal, tools);
    },
  }),
];

const OF_BODY = { field: 'style', where: 'body' };

type Wanted = {
  urlId: string;
  source: RenderSource;
  over?: StyleLayer | undefined;
  picture: Picture;
  force: boolean;
};

async function answer(
  { urlId, source, over, picture, force }: Wanted,
  principal: Principal,
  tools: CodeRouteTools,
): Promise<ApiAnswer> {
  requireQrApi(principal, 'QR codes are drawn');
  const { workspaceId } = principal.workspace;
  const link = await findLink(tools.links, workspaceId, urlId);
  const codes = await tools.openCodes(workspaceId);
  const style = codes.styleOf(link, source, over);
  const key = codeKey(workspaceId, codes.textOf(link), style, picture);
  const kept = force ? undefined : await unlessBroken(tools, () => tools.cache.find(key));
  const bytes = kept ?? (await codes.draw(link, style, picture));
  if (!kept) await unlessBroken(tools, () => tools.cache.put(key, bytes));
  return {
    status: 200,
    headers: {
      'content-type': CONTENT_TYPES[picture.format],
      'content-disposition': `attachment; filename="${fileName(link, picture)}"`,
      etag: `"${key.slice(-32)}"`,
    },
    body: bytes,
  };
}

/** Slugs hold nothing that a header could take for its own. */
const fileName = ({ shortCode }: Link, { format: extension }: Picture): string => `${shortCode}.${extension}`;

/** A code can be had without what was kept, and given without being kept. */
const unlessBroken = <T>({ log }: CodeRouteTools, attempt: () => Promise<T>): Promise<T | undefined> =>
  attempt().catch((error: unknown) => {
    log.warn('codes cannot be kept', { error });
    return undefined;
  });
