import { randomUUID } from 'node:crypto';
import { dynamodbClient } from '#shared/aws.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { rotateConversionSecret } from '#shared/credentials/conversion-secrets.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { dynamodbClickRemover } from '#shared/erasure/click-remover.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openApi } from '#test/support/api.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { signatureHeaders } from '#test/support/conversions.ts';
import { recordAt } from '#test/support/recorded-clicks.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Credentials;
let click: ReturnType<typeof aClick>;

beforeAll(async () => {
  api = await openApi();
  owner = await api.bootstrap('links.example.com');
});
beforeEach(async () => {
  click = await aRecordedClick(owner.workspaceId);
});

async function aRecordedClick(workspaceId: string) {
  const one = aClick({ workspaceId, atMs: Date.now() - 3_600_000 });
  await recordAt({ store: dynamodbClickStore(dynamodbClient(), api.tables.clicks) }, one);
  return one;
}

type Fields = Record<string, unknown>;
const aConversion = (members: Fields = {}): Fields => ({
  event_name: 'install',
  event_time: new Date().toISOString(),
  event_id: randomUUID(),
  user_data: { click_id: `nimct_${click.clickId}`, external_id: 'cust_123' },
  custom_data: { order_id: 'order_abc', value: 99.0, currency: 'USD' },
  ...members,
});

/** Signs and sends a body; `headers` stand over the signature's own. */
async function send(
  body: unknown,
  headers: Record<string, string> = {},
  { workspaceId = owner.workspaceId, secret = owner.conversionSecret } = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await api.call({
    method: 'POST',
    path: `/api/conversions/callback/${workspaceId}`,
    headers: { ...signatureHeaders(secret, text), ...headers },
    body: text,
  });
  return { ...answer, json: JSON.parse(answer.text) };
}

const totals = () =>
  dynamodbTotalsReader(dynamodbClient(), api.tables.clicks).find(owner.workspaceId, click.urlId);

async function refused(answer: () => ReturnType<typeof send>, status: number, code: string, field?: string) {
  const before = await api.kept();
  const { status: got, json } = await answer();
  expect({ got, ...json }).toMatchObject({ got: status, code, ...(field === undefined ? {} : { field }) });
  expect(await api.kept()).toBe(before);
}

describe('the signature', () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const signed = (atMs: number, body: string) => signatureHeaders(owner.conversionSecret, body, atMs);
  const valid = () => JSON.stringify(aConversion());

  test.each<[string, (body: string) => Record<string, string>]>([
    ['no timestamp', () => ({ 'x-nim-timestamp': '' })],
    ['a timestamp in words', () => ({ 'x-nim-timestamp': 'now' })],
    ['a timestamp that was sent twice', () => ({ 'x-nim-timestamp': `${now()},${now()}` })],
    ['a timestamp of another signature', () => ({ 'x-nim-timestamp': String(now() - 1) })],
    ['an old timestamp', (body) => signed(Date.now() - 302_000, body)],
    ['a future timestamp', (body) => signed(Date.now() + 302_000, body)],
    ['no signature', () => ({ 'x-nim-signature': '' })],
    ['no version', () => ({ 'x-nim-signature': '0'.repeat(64) })],
    ['half a signature', () => ({ 'x-nim-signature': `v1=${'0'.repeat(32)}` })],
    ['a wrong signature', () => ({ 'x-nim-signature': `v1=${'0'.repeat(64)}` })],
    [
      'a signature that was sent twice',
      (body) => {
        const once = signed(Date.now(), body)['x-nim-signature'];
        return { 'x-nim-signature': `${once},${once}` };
      },
    ],
    ['a signature over another body', () => signed(Date.now(), '{}')],
    ['an API key instead', () => ({ 'x-nim-signature': '', authorization: `Bearer ${owner.apiKey}` })],
    ['the API key as the secret', (body) => signatureHeaders(owner.apiKey, body)],
  ])('is refused with %s', async (_what, headers) => {
    const body = valid();
    await refused(() => send(body, headers(body)), 401, 'unauthorized');
  });

  test('of another workspace’s secret is refused, and so is a workspace that does not exist', async () => {
    const other = await api.bootstrap('other.example.com');
    await refused(() => send(aConversion(), {}, { secret: other.conversionSecret }), 401, 'unauthorized');
    await refused(() => send(aConversion(), {}, { workspaceId: randomUUID() }), 401, 'unauthorized');
  });

  test('is looked at before the body', async () => {
    await refused(() => send('{', { 'x-nim-signature': 'v1=' }), 401, 'unauthorized');
  });

  test('is good for five minutes either way', async () => {
    for (const atMs of [Date.now() - 298_000, Date.now() + 298_000]) {
      const body = valid();
      expect((await send(body, signed(atMs, body))).status).toBe(202);
    }
  });

  test('may be of either live secret, and of no older one', async () => {
    const rotating = await api.bootstrap('rotating.example.com');
    click = await aRecordedClick(rotating.workspaceId);
    const database = openDatabase();
    const tools = {
      workspaces: dynamodbWorkspaceStore(database, api.tables.workspaces),
      secrets: openSecrets(dynamodbSecretStore(database, api.tables.workspaces), Date.now),
    };
    const secrets = [
      await rotateConversionSecret(tools, rotating.workspaceId),
      await rotateConversionSecret(tools, rotating.workspaceId),
    ];
    const { workspaceId } = rotating;
    for (const secret of secrets) {
      expect((await send(aConversion(), {}, { workspaceId, secret })).status).toBe(202);
    }
    await refused(
      () => send(aConversion(), {}, { workspaceId, secret: rotating.conversionSecret }),
      401,
      'unauthorized',
    );
  });

  test('of a suspended workspace is refused', async () => {
    const suspended = await api.bootstrap('suspended.example.com');
    const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
    await workspaces.setStatus(suspended.workspaceId, 'suspended');
    const { workspaceId, conversionSecret: secret } = suspended;
    await refused(() => send(aConversion(), {}, { workspaceId, secret }), 403, 'account_suspended');
  });
});

describe('a conversion', () => {
  const inTenMinutes = () => new Date(Date.now() + 600_000).toISOString();

  test.each<[string, () => unknown]>([
    ['an empty body', () => ''],
    ['no JSON', () => '{'],
    ['an array', () => []],
    ['NaN', () => JSON.stringify(aConversion()).replace('"value":99', '"value":NaN')],
    ['an infinite value', () => JSON.stringify(aConversion()).replace('"value":99', '"value":1e309')],
    ['a field twice', () => JSON.stringify(aConversion()).replace('{', '{"event_id":"x",')],
  ])('is refused with %s', async (_what, body) => {
    const { status } = await send(body());
    expect([400, 422]).toContain(status);
    await refused(() => send(body()), status, status === 400 ? 'invalid_request' : 'invalid_conversion');
  });

  test.each<[string, string, () => Fields]>([
    ['an unknown field', 'mood', () => ({ mood: 'sunny' })],
    [
      'an unknown field of the visitor',
      'user_data.email',
      () => ({ user_data: { click_id: `nimct_${click.clickId}`, email: 'a@b.c' } }),
    ],
    ['an unknown field of the order', 'custom_data.sku', () => ({ custom_data: { sku: 1 } })],
  ])('is refused with %s, which is named', async (_what, field, members) => {
    await refused(() => send(aConversion(members())), 400, 'invalid_request', field);
  });

  test.each<[string, string, () => Fields]>([
    ['no event', 'event_name', () => ({ event_name: undefined })],
    ['an unknown event', 'event_name', () => ({ event_name: 'purchase' })],
    ['no time', 'event_time', () => ({ event_time: undefined })],
    ['a time without an offset', 'event_time', () => ({ event_time: '2026-04-12T10:00:00' })],
    ['an impossible day', 'event_time', () => ({ event_time: '2026-02-30T10:00:00Z' })],
    ['a time to come', 'event_time', () => ({ event_time: inTenMinutes() })],
    ['no id', 'event_id', () => ({ event_id: ' ' })],
    ['an endless id', 'event_id', () => ({ event_id: 'x'.repeat(201) })],
    ['a value in words', 'custom_data.value', () => ({ custom_data: { value: 'NaN', currency: 'USD' } })],
    ['a value beyond all bounds', 'custom_data.value', () => ({ custom_data: { value: 1e13 } })],
    ['a value that no table can hold', 'custom_data.value', () => ({ custom_data: { value: 1e-300 } })],
    ['a time before year 1', 'event_time', () => ({ event_time: '0000-06-01T00:00:00Z' })],
    ['a time beyond year 9999', 'event_time', () => ({ event_time: '9999-12-31T23:59:59-00:01' })],
    ['an unknown currency', 'custom_data.currency', () => ({ custom_data: { value: 1, currency: 'XXQ' } })],
    [
      'a currency in small letters',
      'custom_data.currency',
      () => ({ custom_data: { value: 1, currency: 'usd' } }),
    ],
    ['no visitor', 'user_data', () => ({ user_data: undefined })],
    ['neither click nor visitor', 'user_data', () => ({ user_data: {} })],
    ['null for both', 'user_data', () => ({ user_data: { click_id: null, external_id: null } })],
    ['a blank visitor', 'user_data.external_id', () => ({ user_data: { external_id: ' ' } })],
    ['an endless visitor', 'user_data.external_id', () => ({ user_data: { external_id: 'x'.repeat(201) } })],
    [
      'a click id without its prefix',
      'user_data.click_id',
      () => ({ user_data: { click_id: click.clickId } }),
    ],
    [
      'a click id that is none',
      'user_data.click_id',
      () => ({ user_data: { click_id: 'nimct_exampletoken' } }),
    ],
  ])('is refused with %s', async (_what, field, members) => {
    await refused(() => send(aConversion(members())), 422, 'invalid_conversion', field);
  });

  test('is refused when its click was never recorded, or belongs to another workspace', async () => {
    const other = await api.bootstrap('foreign.example.com');
    const theirs = await aRecordedClick(other.workspaceId);
    const never = aClick({ workspaceId: owner.workspaceId });
    for (const { clickId } of [theirs, never]) {
      const conversion = aConversion({ user_data: { click_id: `nimct_${clickId}` } });
      await refused(() => send(conversion), 404, 'not_found', 'user_data.click_id');
    }
  });

  test('waits a moment for a click that is still on its way', async () => {
    const fresh = aClick({ workspaceId: owner.workspaceId, atMs: Date.now() });
    const answer = send(aConversion({ user_data: { click_id: `nimct_${fresh.clickId}` } }));
    await recordAt({ store: dynamodbClickStore(dynamodbClient(), api.tables.clicks) }, fresh);
    expect((await answer).status).toBe(202);
  });

  test('is recorded, and counts at the link of its click', async () => {
    const conversion = aConversion();
    const answer = await send(conversion);
    expect(answer).toMatchObject({
      status: 202,
      json: { ok: true, event_id: conversion.event_id, duplicate: false },
    });
    expect(Object.keys(answer.json)).toEqual(['ok', 'event_id', 'duplicate']);
    await send(aConversion({ event_name: 'open' }));
    await send(aConversion({ event_name: 'sale' }));
    expect(await totals()).toMatchObject({ clicks: 0, installs: 1, returningUsers: 1, attributedClicks: 1 });
  });

  test('takes any offset, and needs no order', async () => {
    const bare = aConversion({ event_time: '2026-04-12T10:00:00.5+05:30', custom_data: undefined });
    expect((await send(bare)).status).toBe(202);
    expect((await send(aConversion({ custom_data: null }))).status).toBe(202);
  });

  test('of the same event is a duplicate that counts nothing', async () => {
    const conversion = aConversion();
    await send(conversion);
    const again = await send({ ...conversion, custom_data: { value: 1, currency: 'EUR' } });
    expect(again).toMatchObject({ status: 202, json: { duplicate: true } });
    expect(await totals()).toMatchObject({ installs: 1 });
  });
});

describe('an external_id alone', () => {
  const customer = () => `customer ${randomUUID()}`;
  const of = (externalId: string, clickId?: string, members: Fields = {}) =>
    aConversion({
      user_data: { external_id: externalId, ...(clickId ? { click_id: `nimct_${clickId}` } : {}) },
      ...members,
    });
  const totalsOf = (urlId: string) =>
    dynamodbTotalsReader(dynamodbClient(), api.tables.clicks).find(owner.workspaceId, urlId);

  test('that nobody has seen is recorded unattributed, and stays so', async () => {
    const id = customer();
    const early = of(id);
    expect(await send(early)).toMatchObject({ status: 202, json: { ok: true, duplicate: false } });
    await send(of(id, click.clickId, { event_name: 'sale' }));
    expect((await send(early)).json.duplicate).toBe(true);
    expect(await totals()).toBeUndefined();
  });

  test('goes to the last click that it came with, in whatever order those were told of', async () => {
    const id = customer();
    const earlier = click;
    const later = aClick({ workspaceId: owner.workspaceId, atMs: Date.now() - 1_800_000 });
    await recordAt({ store: dynamodbClickStore(dynamodbClient(), api.tables.clicks) }, later);
    for (const { clickId } of [later, earlier]) await send(of(id, clickId, { event_name: 'sale' }));
    const install = of(id);
    expect((await send(install)).json.duplicate).toBe(false);
    expect((await send(install)).json.duplicate).toBe(true);
    await send(of(id, undefined, { event_name: 'open' }));
    expect(await totalsOf(later.urlId)).toMatchObject({
      installs: 1,
      returningUsers: 1,
      attributedClicks: 1,
    });
    expect(await totalsOf(earlier.urlId)).toBeUndefined();
  });

  test('of one workspace is nobody in another', async () => {
    const id = customer();
    await send(of(id, click.clickId, { event_name: 'sale' }));
    const other = await api.bootstrap('elsewhere.example.com');
    const { workspaceId, conversionSecret: secret } = other;
    expect((await send(of(id), {}, { workspaceId, secret })).status).toBe(202);
    expect(await totals()).toBeUndefined();
  });

  test('of an erased click is unattributed', async () => {
    const id = customer();
    await send(of(id, click.clickId, { event_name: 'sale' }));
    const remover = dynamodbClickRemover(dynamodbClient(), api.tables.clicks);
    await remover.remove(owner.workspaceId, [clickItem(click, 1, false, 2)]);
    expect((await send(of(id))).status).toBe(202);
    expect(await totals()).toBeUndefined();
  });

  test('is kept nowhere as it was sent, with a click or without', async () => {
    const id = customer();
    await send(of(id, click.clickId), { 'idempotency-key': randomUUID() });
    await send(of(id));
    expect(await totals()).toMatchObject({ installs: 2, attributedClicks: 1 });
    const kept = await api.kept();
    expect(kept).toContain(click.clickId);
    expect(kept).not.toContain(id);
  });

  test('that a request brings which is refused is not remembered', async () => {
    const id = customer();
    await refused(() => send(of(id, aClick().clickId)), 404, 'not_found', 'user_data.click_id');
  });
});

describe('an Idempotency-Key', () => {
  test('is refused when it is endless', async () => {
    const key = { 'idempotency-key': 'x'.repeat(256) };
    await refused(() => send(aConversion(), key), 400, 'invalid_request', 'idempotency-key');
  });

  test('with another body is a conflict', async () => {
    const key = { 'idempotency-key': randomUUID() };
    await send(aConversion(), key);
    await refused(() => send(aConversion(), key), 409, 'idempotency_conflict');
  });

  test('that comes again gets the first answer again', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const conversion = aConversion();
    const first = await send(conversion, key);
    const again = await send(conversion, key);
    expect(again.json).toEqual(first.json);
    expect(again.json.duplicate).toBe(false);
    expect(await totals()).toMatchObject({ installs: 1 });
  });

  test('of a duplicate gets the duplicate’s answer again', async () => {
    const conversion = aConversion();
    await send(conversion);
    const key = { 'idempotency-key': randomUUID() };
    expect((await send(conversion, key)).json.duplicate).toBe(true);
    expect((await send(conversion, key)).json.duplicate).toBe(true);
  });

  test('that ten requests bring at once records one event', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const conversion = aConversion();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(conversion, key)));
    expect(answers.map(({ status, json }) => [status, json.duplicate])).toEqual(
      new Array(10).fill([202, false]),
    );
    expect(await totals()).toMatchObject({ installs: 1, attributedClicks: 1 });
  });
});
