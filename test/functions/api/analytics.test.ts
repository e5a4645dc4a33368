import { dynamodbClient } from '#shared/aws.ts';
import { dayOf, isoDay } from '#shared/clicks/click-day.ts';
import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { newUuid } from '#shared/ids.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import type { PlanName } from '#shared/workspaces/plans.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openApi } from '#test/support/api.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aLink } from '#test/support/links.ts';

const DAY_MS = 86_400_000;

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Credentials;
let urlId: string;

beforeAll(async () => {
  api = await openApi();
  owner = await api.bootstrap('links.example.com');
  const { workspaceId, domainId } = owner;
  const link = aLink({ workspaceId, domainId });
  urlId = link.urlId;
  await dynamodbLinkStore(openDatabase(), api.tables.links, api.tables.workspaces).create(link);
  const rollUps = dynamodbRollUpStore(dynamodbClient(), api.tables);
  const from = await rollUps.findCursor(workspaceId);
  const changes = [0, 2].map((daysAgo) => ({
    key: { kind: 'link-day', urlId, day: dayOf(Date.now() - daysAgo * DAY_MS) } as const,
    add: { n: 10, b: 4, s: 6, sb: 1 },
  }));
  await rollUps.move({ workspaceId, from, to: [1, ''], changes });
});

async function ask(query = '', { id = urlId, key = owner.apiKey } = {}) {
  const path = `/api/v1/links/${id}/analytics`;
  const answer = await api.call({ method: 'GET', path, query, headers: { 'x-api-key': key } });
  return { status: answer.status, json: JSON.parse(answer.text) };
}

test.each([
  ['range_days=0', 'range_days'],
  ['range_days=366', 'range_days'],
  ['range_days=-1', 'range_days'],
  ['range_days=1.5', 'range_days'],
  ['range_days=1e2', 'range_days'],
  ['range_days=', 'range_days'],
  ['range_days=7&range_days=8', 'range_days'],
  ['include_bots=maybe', 'include_bots'],
  ['touch_type=tap', 'touch_type'],
  ['days=7', 'days'],
])('%s is refused', async (query, field) => {
  expect(await ask(query)).toMatchObject({ status: 400, json: { code: 'invalid_request', field } });
});

test('a link that does not exist is not found, and neither is another workspace’s', async () => {
  expect((await ask('', { id: newUuid() })).status).toBe(404);
  const other = await api.bootstrap('other.example.com');
  expect((await ask('', { key: other.apiKey })).status).toBe(404);
  expect((await ask('', { id: 'spring-launch' })).status).toBe(400);
});

test('unless asked otherwise: thirty days of scans without bots', async () => {
  const { status, json } = await ask();
  expect(status).toBe(200);
  expect(Object.keys(json)).toEqual([
    'ok',
    'url_id',
    'range_days',
    'include_bots',
    'touch_type',
    'available',
    'totals',
    'points',
  ]);
  expect(json).toMatchObject({
    ok: true,
    url_id: urlId,
    range_days: 30,
    include_bots: false,
    touch_type: 'qr_scan',
    available: true,
    totals: { clicks: 12, bot_clicks: 2, human_clicks: 10, selected_clicks: 10 },
  });
  expect(json.points).toHaveLength(30);
});

test('every day is there, ascending, and today is the last one', async () => {
  const { json } = await ask('range_days=4');
  const none = { clicks: 0, bot_clicks: 0, human_clicks: 0, selected_clicks: 0 };
  const six = { clicks: 6, bot_clicks: 1, human_clicks: 5, selected_clicks: 5 };
  const dates = [3, 2, 1, 0].map((daysAgo) => isoDay(dayOf(Date.now() - daysAgo * DAY_MS)));
  expect(json.points).toEqual([
    { date: dates[0], ...none },
    { date: dates[1], ...six },
    { date: dates[2], ...none },
    { date: dates[3], ...six },
  ]);
});

test.each(['1', 'true', 'YES', 'on'])('include_bots=%s has them selected', async (yes) => {
  const { json } = await ask(`include_bots=${yes}&touch_type=short_link_click&range_days=1`);
  expect(json).toMatchObject({
    include_bots: true,
    totals: { clicks: 4, bot_clicks: 3, human_clicks: 1, selected_clicks: 4 },
  });
});

test.each(['0', 'false', 'No', 'off'])('include_bots=%s has them left out', async (no) => {
  const { json } = await ask(`include_bots=${no}&range_days=1`);
  expect(json).toMatchObject({ include_bots: false, totals: { selected_clicks: 5 } });
});

test('the id may be written in capitals', async () => {
  expect((await ask('', { id: urlId.toUpperCase() })).json.url_id).toBe(urlId);
});

test('a range that reaches beyond what the plan keeps is not available, and says why', async () => {
  const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  await workspaces.setPlan(owner.workspaceId, 'free');
  const { status, json } = await ask('range_days=8&touch_type=short_link_click');
  expect(status).toBe(200);
  expect(json).toMatchObject({ available: false, reason: 'range_exceeds_retention', points: [] });
  expect(json.earliest_available).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect((await ask('range_days=7&touch_type=short_link_click')).json.available).toBe(true);
});

describe('scans', () => {
  test.each<PlanName>(['free', 'starter', 'plus', 'growth'])(
    'are told to no API key on the plan %s, clicks are; a session has both',
    async (plan) => {
      const other = await api.bootstrap(`${plan}.example.com`);
      const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
      await workspaces.setPlan(other.workspaceId, plan);
      const link = aLink({ workspaceId: other.workspaceId, domainId: other.domainId });
      await dynamodbLinkStore(openDatabase(), api.tables.links, api.tables.workspaces).create(link);
      const refusal = { status: 403, json: { code: 'feature_not_enabled' } };
      const own = { id: link.urlId, key: other.apiKey };
      expect(await ask('range_days=7', own)).toMatchObject(refusal);
      expect(await ask('range_days=7&touch_type=qr_scan', own)).toMatchObject(refusal);
      expect(await ask('range_days=7&touch_type=short_link_click', own)).toMatchObject({ status: 200 });
      const session = await api.call({
        path: `/api/v1/links/${link.urlId}/analytics`,
        query: 'range_days=7',
        headers: { authorization: `Bearer ${other.sessionToken}` },
      });
      expect(session.status).toBe(200);
    },
  );
});
