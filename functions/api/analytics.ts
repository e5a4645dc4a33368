import * as z from 'zod';
import { isoDay } from '#shared/clicks/click-day.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { Problem } from '#shared/problem.ts';
import { requireQrApi } from '#shared/qr/qr-features.ts';
import { type LinkAnalytics, linkAnalytics, type TouchCounts } from '#shared/roll-ups/link-analytics.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { wholeNumber, yesOrNo } from '../http/query-fields.ts';
import { route } from '../http/route.ts';

export type AnalyticsTools = {
  links: Pick<LinkStore, 'find'>;
  totals: Pick<TotalsReader, 'linkDays'>;
  now(): number;
};

const countsSchema = z.object({
  clicks: z.int().describe('All of them: human_clicks and bot_clicks.'),
  bot_clicks: z.int(),
  human_clicks: z.int(),
  selected_clicks: z.int().describe('clicks with include_bots, else human_clicks.'),
});

const analyticsSchema = z.object({
  ok: z.literal(true),
  url_id: z.guid(),
  range_days: z.int(),
  include_bots: z.boolean(),
  touch_type: z.enum(['qr_scan', 'short_link_click']),
  available: z.boolean(),
  reason: z.literal('range_exceeds_retention').optional(),
  earliest_available: z.iso.date().optional().describe('The first day that the plan still keeps whole.'),
  totals: countsSchema,
  points: z.array(countsSchema.extend({ date: z.iso.date() })),
});

export const analyticsRoutes = [
  route<AnalyticsTools>()({
    method: 'GET',
    path: '/api/v1/links/{id}/analytics',
    function: 'api',
    dialect: 'nimriz',
    auth: 'workspace',
    scope: 'analytics:read',
    summary: 'Clicks of a link by UTC day, today included; QR scans unless touch_type says otherwise.',
    tag: 'analytics',
    params: z.strictObject({ id: z.guid().toLowerCase() }),
    query: z.strictObject({
      range_days: wholeNumber(1, 365).default(30),
      include_bots: yesOrNo().default(false),
      touch_type: z.enum(['qr_scan', 'short_link_click']).default('qr_scan'),
    }),
    responses: {
      200: {
        description: 'Every day of the range, oldest first. The newest minutes are not counted yet.',
        schema: analyticsSchema,
      },
    },
    problems: ['feature_not_enabled'],
    handler: async ({ principal, params: { id }, query }, { links, totals, now }) => {
      const { workspaceId, plan } = principal.workspace;
      const { range_days, include_bots, touch_type } = query;
      if (touch_type === 'qr_scan')
        requireQrApi(principal, 'Scans of a link (touch_type=qr_scan) are asked for');
      if ((await links.find(workspaceId, id)) === undefined)
        throw new Problem('not_found', `There is no link ${id} in this workspace.`);
      const choice = { touchType: touch_type, includeBots: include_bots, rangeDays: range_days };
      const request = { workspaceId, urlId: id, ...choice, plan: PLANS[plan], nowMs: now() };
      const analytics = await linkAnalytics(request, totals);
      return { status: 200, body: { ok: true, url_id: id, ...query, ...analyticsAnswer(analytics) } };
    },
  }),
];

type AnalyticsAnswer = Omit<
  z.input<typeof analyticsSchema>,
  'ok' | 'url_id' | 'range_days' | 'include_bots' | 'touch_type'
>;

function analyticsAnswer(analytics: LinkAnalytics): AnalyticsAnswer {
  if (!analytics.available) {
    return {
      available: false,
      reason: 'range_exceeds_retention',
      earliest_available: isoDay(analytics.earliestDay),
      totals: countsAnswer({ clicks: 0, bots: 0, humans: 0, selected: 0 }),
      points: [],
    };
  }
  return {
    available: true,
    totals: countsAnswer(analytics.totals),
    points: analytics.days.map(({ day, ...counts }) => ({ date: isoDay(day), ...countsAnswer(counts) })),
  };
}

const countsAnswer = ({ clicks, bots, humans, selected }: TouchCounts): z.input<typeof countsSchema> => ({
  clicks,
  bot_clicks: bots,
  human_clicks: humans,
  selected_clicks: selected,
});
