import * as z from 'zod';
import { requireMatch } from '#functions/http/require-match.ts';
import { route } from '#functions/http/route.ts';
import { type Preset, presetEtag, presetName } from '#shared/qr/presets/preset.ts';
import {
  changePreset,
  createPreset,
  deletePreset,
  type PresetTools,
  type SavedPreset,
} from '#shared/qr/presets/save-preset.ts';
import { requireQrApi } from '#shared/qr/qr-features.ts';
import { parseStyle } from '#shared/qr/style/parse-style.ts';
import type { Principal } from '#shared/workspaces/workspace.ts';
import { id } from '../links/schemas.ts';
import { anyStyle, styleSchema, warningsSchema } from './schemas.ts';

export type PresetRouteTools = PresetTools;

const presetSchema = z
  .object({
    id: z.guid(),
    name: z.string(),
    style: styleSchema,
    is_default: z.boolean().describe('Lies under whatever the workspace draws.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    logo_preview_url: z
      .url()
      .nullable()
      .describe('A picture of the logo, for some minutes; null without one.'),
    etag: z
      .string()
      .describe('Names this state of the preset, for If-Match.')
      .meta({ examples: ['"3"'] }),
  })
  .meta({ id: 'QrPreset' });

const savedSchema = z
  .object({ ok: z.literal(true), preset: presetSchema, warnings: warningsSchema.optional() })
  .meta({ id: 'QrPresetAnswer' });

const name = presetName.describe('One line of up to 120 characters.');
const isDefault = z.boolean().describe('True takes it from the preset that is the default now.');

const createBody = z.strictObject({
  name,
  is_default: isDefault.default(false),
  style: anyStyle,
});
const changeBody = z
  .strictObject({
    name: name.optional(),
    is_default: isDefault.optional(),
    style: anyStyle.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'at least one member is needed')
  .meta({ minProperties: 1 });

const params = z.strictObject({ id });
const common = { function: 'api', dialect: 'nimriz', auth: 'workspace', scope: 'qr', tag: 'qr' } as const;
const SAVE_PROBLEMS = ['feature_not_enabled', 'invalid_style', 'plan_limit', 'not_found'] as const;

export const presetRoutes = [
  route<PresetRouteTools>()({
    ...common,
    method: 'GET',
    path: '/api/v1/qr/presets',
    summary: 'The QR presets of the workspace.',
    problems: ['feature_not_enabled'],
    responses: {
      200: {
        description: 'All of them, oldest first.',
        schema: z.object({ ok: z.literal(true), presets: z.array(presetSchema) }),
      },
    },
    handler: async ({ principal }, { presets, logos }) => {
      requirePresets(principal);
      const all = await presets.list(principal.workspace.workspaceId);
      const shown = await Promise.all(all.map((preset) => presetAnswer(preset, logos)));
      return { status: 200, body: { ok: true, presets: shown } };
    },
  }),

  route<PresetRouteTools>()({
    ...common,
    method: 'POST',
    path: '/api/v1/qr/presets',
    summary: 'Keeps a QR style under a name.',
    problems: SAVE_PROBLEMS,
    body: createBody,
    responses: { 201: { description: 'The preset.', headers: ['ETag'], schema: savedSchema } },
    handler: async ({ principal, body }, tools) => {
      requirePresets(principal);
      const style = parseStyle(body.style, OF_BODY);
      const choice = { name: body.name, style, isDefault: body.is_default };
      return savedAnswer(201, await createPreset(tools, principal.workspace, choice), tools);
    },
  }),

  route<PresetRouteTools>()({
    ...common,
    method: 'PUT',
    path: '/api/v1/qr/presets/{id}',
    summary: 'Changes what is given of a QR preset; If-Match guards against changes that were not seen.',
    problems: [...SAVE_PROBLEMS, 'conflict'],
    requestHeaders: ['If-Match'],
    params,
    body: changeBody,
    responses: { 200: { description: 'The preset as it is now.', headers: ['ETag'], schema: savedSchema } },
    handler: async ({ principal, params: { id: presetId }, body, headers }, tools) => {
      requirePresets(principal);
      const change = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.is_default === undefined ? {} : { isDefault: body.is_default }),
        ...(body.style === undefined ? {} : { style: parseStyle(body.style, OF_BODY) }),
      };
      const { workspace } = principal;
      const saved = await changePreset(tools, { workspace, presetId }, { change, expect: expected(headers) });
      return savedAnswer(200, saved, tools);
    },
  }),

  route<PresetRouteTools>()({
    ...common,
    method: 'DELETE',
    path: '/api/v1/qr/presets/{id}',
    summary: 'Deletes a QR preset; links that name it go on without it.',
    problems: ['feature_not_enabled', 'conflict'],
    requestHeaders: ['If-Match'],
    params,
    responses: {
      200: { description: 'The id of the preset.', schema: z.object({ ok: z.literal(true), id: z.guid() }) },
    },
    handler: async ({ principal, params: { id: presetId }, headers }, tools) => {
      requirePresets(principal);
      await deletePreset(tools, { workspace: principal.workspace, presetId }, expected(headers));
      return { status: 200, body: { ok: true, id: presetId } };
    },
  }),
];

const OF_BODY = { field: 'style', where: 'body' };

const requirePresets = (principal: Principal): void => requireQrApi(principal, 'QR presets are managed');

const expected =
  (headers: Readonly<Record<string, string>>) =>
  (preset: Preset): void =>
    requireMatch(headers['if-match'], presetEtag(preset));

const savedAnswer = async (
  status: number,
  { preset, warnings }: SavedPreset,
  { logos }: PresetRouteTools,
) => ({
  status,
  headers: { etag: presetEtag(preset) },
  body: { ok: true, preset: await presetAnswer(preset, logos), ...(warnings && { warnings }) },
});

async function presetAnswer(
  preset: Preset,
  logos: PresetRouteTools['logos'],
): Promise<z.input<typeof presetSchema>> {
  const logoId = preset.style.logo?.logo_id;
  return {
    id: preset.presetId,
    name: preset.name,
    style: preset.style,
    is_default: preset.isDefault,
    created_at: new Date(preset.createdAtMs).toISOString(),
    updated_at: new Date(preset.updatedAtMs).toISOString(),
    logo_preview_url: logoId === undefined ? null : await logos.previewUrl(preset.workspaceId, logoId),
    etag: presetEtag(preset),
  };
}
