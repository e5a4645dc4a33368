import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { call, until } from '#bin/demo/client.ts';
import { runExport } from '#bin/demo/exports.ts';
import { createLinks, type DemoLink, visit } from '#bin/demo/traffic.ts';
import { type Emulators, startEmulators } from '#bin/local/emulators.ts';
import { type LocalStack, startLocalStack } from '#bin/local/start-local-stack.ts';
import { openStacks } from '#bin/local/template/open-stacks.ts';
import { synthesizeIfStale } from '#bin/synthesize.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { rgbaPng } from '#shared/qr/png/png-file.ts';
import { aClick } from '#test/support/clicks.ts';
import { signatureHeaders } from '#test/support/conversions.ts';
import { openErrands } from '#test/support/role-errands.ts';
import {
  openRoleGuard,
  permissionsOf,
  type RoleGuard,
  type Roles,
  rolesOf,
} from '#test/support/role-guard.ts';
import { FUNCTION_NAMES } from './synthesized.ts';

/** Has no role, so the guard lets it do everything. */
const NOBODY = { accessKeyId: 'nobody', secretAccessKey: 'any' };

const today = new Date().toISOString().slice(0, 10);
const RANGE = { date_from: today, date_to: today };

const roles: Roles = new Map();
const queueUrls: Record<string, string> = {};
let dir: string;
let emulators: Emulators;
let guards: RoleGuard[] = [];
let stack: LocalStack;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slugline-roles-'));
  emulators = await startEmulators({});
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3 } = emulators.endpoints;
  guards = [
    await openRoleGuard(AWS_ENDPOINT_URL_DYNAMODB, roles),
    await openRoleGuard(AWS_ENDPOINT_URL_S3, roles),
  ];
  const [dynamoDb, s3AndSqs] = guards.map(({ url }) => url) as [string, string];
  const outdir = await synthesizeIfStale();
  const { service } = await openStacks({ outdir, dir, sqsEndpoint: s3AndSqs, parameters: {} });
  for (const [name, statements] of rolesOf(service)) roles.set(name, statements);
  for (const { id } of service.resources('AWS::SQS::Queue')) {
    queueUrls[id.replace(/[0-9A-F]{8}$/, '')] = String(service.attribute(id, 'Ref'));
  }
  stack = await startLocalStack({
    dir,
    port: 0,
    shortPort: 0,
    elsewhere: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
      AWS_ENDPOINT_URL_S3: s3AndSqs,
      AWS_ENDPOINT_URL_SQS: s3AndSqs,
    },
  });
}, 120_000);

afterAll(async () => {
  await stack?.stop();
  await Promise.all(guards.map((guard) => guard.close()));
  await emulators?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const asked = (): Set<string> => new Set(guards.flatMap((guard) => [...guard.asked]));
const needed = (): Set<string> => new Set(guards.flatMap((guard) => [...guard.needed]));
const refusals = (): string[] => guards.flatMap((guard) => [...guard.refusals]);

describe('the guard', () => {
  const as = (name: string): DynamoDBClient =>
    new DynamoDBClient({
      endpoint: guards[0]!.url,
      credentials: { accessKeyId: name, secretAccessKey: 'any' },
    });
  const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'guard' } });

  test('refuses a function what its role does not name: another table, another key, another action', async () => {
    const { LinksTable, WorkspacesTable, ClicksTable } = stack.resources;
    const put = (TableName: string, pk: string) => new PutItemCommand({ TableName, Item: item(pk) });
    for (const asking of [
      as('sweep').send(put(LinksTable!, 'workspace#1')),
      as('redirect').send(put(WorkspacesTable!, 'workspace#1')),
      as('schedule-roll-ups').send(put(ClicksTable!, 'clicks#1')),
    ]) {
      await expect(asking).rejects.toThrow('may not dynamodb:PutItem');
    }
    for (const name of ['clicks', 'dead-letters', 'roll-ups', 'schedule-roll-ups']) {
      const secret = new GetItemCommand({
        TableName: WorkspacesTable!,
        Key: { pk: { S: 'deployment' }, sk: { S: 'secrets' } },
      });
      await expect(as(name).send(secret)).rejects.toThrow('may not dynamodb:GetItem');
    }
    const listing = { TableName: WorkspacesTable!, KeyConditionExpression: 'pk = :pk' };
    const values = { ExpressionAttributeValues: { ':pk': { S: 'deployment' } } };
    for (const more of [{}, { Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'versions' } as const]) {
      const query = new QueryCommand({ ...listing, ...values, ...more });
      await expect(as('schedule-roll-ups').send(query)).rejects.toThrow('may not dynamodb:Query');
    }
    await as('redirect').send(
      new UpdateItemCommand({ TableName: WorkspacesTable!, Key: item('limit#guard') }),
    );
    expect(refusals()).toHaveLength(8);
  });
});

describe('within their roles', () => {
  const ask = <Answer = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer> => call(stack, method, path, body);

  /** A request that may be refused by the product, though not for want of a permission. */
  const request = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, stack.apiUrl), {
      ...init,
      headers: { authorization: `Bearer ${stack.apiKey}`, ...init.headers },
    });

  let links: DemoLink[];

  beforeAll(async () => {
    links = await createLinks(stack, 5);
  });

  beforeEach(() => {
    for (const guard of guards) guard.forget();
  });

  afterEach(() => expect(refusals()).toEqual([]));

  test('links are made, found, changed, imported and deleted', async () => {
    const { domainId: domain_id } = stack;
    const { urlId: id } = links[0]!;
    const gone = await ask<{ url_id: string }>('POST', '/api/shorten', {
      domain_id,
      long_url: 'https://example.com/gone',
    });
    const row = { client_row_id: '1', idempotency_key: 'once', long_url: 'https://example.com/bulk' };
    await ask('POST', '/api/shorten/bulk', { domain_id, items: [row] });
    await ask('POST', '/api/check-slug', { domain_id, slug: 'wanted' });
    await ask('GET', `/api/v1/links/${id}`);
    await ask('PATCH', `/api/v1/links/${id}`, { title: 'Changed', tags: ['new'] });
    await ask('PUT', '/api/update-slug', { url_id: id, new_slug: 'renamed' });
    await ask('POST', '/api/delete-link', { url_id: gone.url_id });
    const imported = await request('/api/v1/links/import', {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: 'destination_url\nhttps://example.com/imported\n',
    });
    expect(await imported.json()).toMatchObject({ created: 1 });
  });

  test('domains are added, changed and deleted, sessions opened', async () => {
    await ask('POST', '/api/session');
    await ask('GET', '/api/v1/whoami');
    const { domain } = await ask<{ domain: { id: string } }>('POST', '/api/v1/domains', {
      domain_name: 'go.localhost',
    });
    const path = `/api/v1/domains/${domain.id}`;
    for (const status of ['ready', 'disabled', 'ready']) await ask('PATCH', path, { status });
    const link = { domain_id: domain.id, long_url: 'https://example.com/' };
    const { url_id } = await ask<{ url_id: string }>('POST', '/api/shorten', link);
    expect((await request(path, { method: 'DELETE' })).status).toBe(409);
    await ask('POST', '/api/delete-link', { url_id });
    await ask('DELETE', path);
    await ask('GET', '/api/v1/domains');
  });

  test('a password is asked for, and its trials are counted', async () => {
    const { urlId, shortUrl } = links[1]!;
    await ask('PUT', '/api/update-password', { url_id: urlId, password: 'open sesame' });
    const unlock = (password: string): Promise<Response> =>
      fetch(shortUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ password }),
      });
    expect((await unlock('wrong')).status).toBe(401);
    expect((await unlock('open sesame')).status).toBeLessThan(400);
    await ask('PUT', '/api/update-password', { url_id: urlId, password: null });
  });

  test('clicks are recorded, rolled up, read, streamed and converted', async () => {
    await visit(links.slice(2), 30);
    await until(
      'roll-ups',
      () => ask<{ links: { clicks: number }[] }>('GET', '/api/v1/links?limit=100'),
      ({ links: listed }) => listed.reduce((sum, { clicks }) => sum + clicks, 0) >= 30,
      60_000,
    );
    await ask('GET', `/api/v1/links/${links[2]!.urlId}/analytics`);
    const streamed = await request(
      `/link/external/v1/analytics/events/export?from=${today}T00:00:00Z&to=${new Date().toISOString()}`,
    );
    expect(streamed.status).toBe(200);
    await streamed.text();
    const inSession = await request('/link/external/v1/analytics/events/export?from=x', {
      headers: { authorization: `Bearer ${stack.sessionToken}` },
    });
    expect(inSession.status).toBe(400);
    const convert = async (event_id: string, user_data: object): Promise<void> => {
      const event = { event_name: 'install', event_time: new Date().toISOString(), event_id };
      const conversion = JSON.stringify({ ...event, user_data });
      const callback = await request(`/api/conversions/callback/${stack.workspaceId}`, {
        method: 'POST',
        headers: {
          authorization: '',
          'content-type': 'application/json',
          'idempotency-key': event_id,
          ...signatureHeaders(stack.conversionSecret, conversion),
        },
        body: conversion,
      });
      expect(callback.status).toBe(202);
    };
    await ask('PATCH', `/api/v1/links/${links[2]!.urlId}`, { pass_click_id: true });
    const visited = await until(
      'the click id',
      async () => (await fetch(links[2]!.shortUrl, { redirect: 'manual' })).headers.get('location')!,
      (location) => location.includes('nim_ct='),
      10_000,
    );
    const click_id = new URL(visited).searchParams.get('nim_ct')!;
    const client = new DynamoDBClient({ endpoint: guards[0]!.url, credentials: NOBODY });
    const clicks = dynamodbClickStore(client, stack.resources.ClicksTable!);
    await until(
      'the click',
      () => clicks.find(stack.workspaceId, click_id.replace('nimct_', '')),
      Boolean,
      30_000,
    );
    client.destroy();
    await convert('install-1', { click_id, external_id: 'customer-1' });
    await convert('install-2', { external_id: 'customer-1' });
  }, 90_000);

  test('codes are drawn one by one and as an archive', async () => {
    const [link] = links;
    const image = rgbaPng(8, 8, Buffer.alloc(8 * 8 * 4, 0xff)).toString('base64');
    const { logo } = await ask<{ logo: { id: string } }>('POST', '/api/v1/qr/logos', { image });
    const style = { modules: { shape: 'rounded' }, logo: { logo_id: logo.id } };
    const { preset } = await ask<{ preset: { id: string } }>('POST', '/api/v1/qr/presets', {
      name: 'P',
      style,
    });
    for (const query of ['format=png', 'format=png', 'size=300']) {
      const code = await request(`/api/v1/links/${link!.urlId}/qr?${query}`);
      expect(code.status).toBe(200);
      expect((await code.bytes()).length).toBeGreaterThan(200);
    }
    const drawn = await request('/api/v1/qr/generate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url_id: link!.urlId, qr_preset_id: preset.id }),
    });
    expect(drawn.headers.get('content-type')).toBe('image/svg+xml');
    const inSession = await request(`/api/v1/links/${link!.urlId}/qr`, {
      headers: { authorization: `Bearer ${stack.sessionToken}` },
    });
    expect(inSession.status).toBe(200);
    expect((await request('/api/v1/qr/generate', { method: 'DELETE' })).status).toBe(405);
    const spec = { job_kind: 'qr_bulk_download', url_ids: links.map(({ urlId }) => urlId), image_size: 512 };
    Object.assign(spec, { render_source: { type: 'preset', qr_preset_id: preset.id } });
    await runExport(stack, spec, join(dir, 'codes.zip'));
    expect(readFileSync(join(dir, 'codes.zip')).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  }, 60_000);

  test('exports are made, listed, fetched, canceled and made again', async () => {
    await runExport(stack, { type: 'analytics', ...RANGE }, join(dir, 'analytics.csv'));
    await runExport(stack, { type: 'link_catalog' }, join(dir, 'catalog.csv'));
    await ask('POST', '/api/exports/count', { type: 'analytics', ...RANGE });
    expect((await request('/api/links/export')).status).toBeLessThan(300);
    // More ids than a job's item holds.
    const url_ids = [links[2]!.urlId, ...Array.from({ length: 1_000 }, () => randomUUID())];
    await runExport(stack, { type: 'analytics', ...RANGE, url_ids }, join(dir, 'some.csv'));
    const { jobs } = await ask<{ jobs: { id: string }[] }>('GET', '/api/exports/jobs');
    const again = await ask<{ job_id: string }>('POST', `/api/exports/jobs/${jobs[0]!.id}/regenerate`);
    expect(
      (await request(`/api/exports/jobs/${again.job_id}/cancel`, { method: 'POST' })).status,
    ).toBeLessThan(500);
    await until('the sweeper', async () => asked().has('sweep dynamodb:PutItem'), Boolean, 30_000);
  }, 90_000);

  test('dead letters are settled', async () => {
    const sqs = new SQSClient({ endpoint: guards[1]!.url, useQueueUrlAsEndpoint: false });
    const { jobs } = await ask<{ jobs: { id: string }[] }>('GET', '/api/exports/jobs');
    const letters = {
      ExportsQueueDeadLetters: { workspaceId: stack.workspaceId, jobId: jobs[0]!.id, step: 'plan' },
      ClicksQueueDeadLetters: aClick({ workspaceId: stack.workspaceId, atMs: Date.now() }),
    };
    for (const [queue, letter] of Object.entries(letters)) {
      const MessageBody = JSON.stringify(letter);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrls[queue]!, MessageBody }));
    }
    await until(
      'the recorded dead letter',
      () => ask<{ at_least: number }>('POST', '/api/exports/count', { type: 'analytics', ...RANGE }),
      ({ at_least }) => at_least > 30,
      30_000,
    );
  }, 60_000);

  test('so is what only faults, size and age ask for', async () => {
    const [dynamoDb, s3AndSqs] = guards.map(({ url }) => url) as [string, string];
    const errands = openErrands(stack, { dynamoDb, s3AndSqs, queueUrls });
    const { jobs } = await ask<{ jobs: { id: string; status: string }[] }>('GET', '/api/exports/jobs');
    const { id } = jobs.find(({ status }) => status === 'ready')!;
    await errands.api();
    await errands.redirect();
    await errands.clicks();
    await errands['dead-letters'](id);
    await errands.exports();
    await errands['roll-ups']();
    await errands['schedule-roll-ups']();
    await errands.sweep(id);
    errands.close();
  }, 60_000);
});

test('every function has asked for something by now', () => {
  const names = new Set([...asked()].map((call) => call.split(' ')[0]));
  expect([...names].toSorted()).toEqual(FUNCTION_NAMES.toSorted());
});

/** What Lambda itself does in a function's name: it writes the log, and polls the queue. */
const BY_LAMBDA =
  / (?:logs:\w+|sqs:(?:ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueUrl|GetQueueAttributes)) /;

test('no role allows what nothing of this needed', () => {
  const spare = permissionsOf(roles).filter((permission) => !needed().has(permission));
  expect(spare.filter((permission) => !BY_LAMBDA.test(permission))).toEqual([]);
});
