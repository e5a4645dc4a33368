import { crc32 } from 'node:zlib';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import Papa from 'papaparse';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { createKey } from '#shared/credentials/api-key.ts';
import { bootstrapWorkspace, type Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { downloadToken } from '#shared/exports/engine/download-export.ts';
import { CATALOG_COLUMNS } from '#shared/exports/kinds/catalog-columns.ts';
import { newUuid } from '#shared/ids.ts';
import { linkItem } from '#shared/links/link-item.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openApi } from '#test/support/api.ts';
import { openDatabase, openSqs } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { aLink } from '#test/support/links.ts';
import { recordAt } from '#test/support/recorded-clicks.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Credentials;
let stranger: Credentials;
const sqs = openSqs();

const bootstrap = (host: string) =>
  bootstrapWorkspace({
    database: openDatabase(),
    table: api.tables.workspaces,
    now: Date.now,
    host,
    workspaceName: host,
  });

beforeAll(async () => {
  api = await openApi();
  owner = await bootstrap('links.example.com');
  stranger = await bootstrap('other.example.com');
});

type More = { key?: string; query?: string; headers?: Record<string, string> };

async function call(method: string, path: string, body?: unknown, { key, query, headers }: More = {}) {
  const answer = await api.call({
    method,
    path,
    ...(query === undefined ? {} : { query }),
    headers: { 'x-api-key': key ?? owner.apiKey, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { ...answer, json: answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined };
}

const begin = (body: object, more?: More) => call('POST', '/api/exports/jobs', body, more);

/** Hands the waiting messages to the worker, as the event source would, until none is left. */
async function workOff() {
  const { handler } = (await import('#functions/workers/exports/index.ts')) as {
    handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
  };
  const QueueUrl = process.env.EXPORTS_QUEUE_URL!;
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    if (Messages.length === 0) return;
    const [message] = Messages;
    const event = { Records: [{ messageId: 'm', body: message!.Body! }] } as SQSEvent;
    const context = { getRemainingTimeInMillis: () => 120_000 } as Context;
    expect(await handler(event, context)).toEqual({ batchItemFailures: [] });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle! }));
  }
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const DAY_MS = 86_400_000;
const WEEK = { date_from: dayOf(Date.now() - 6 * DAY_MS), date_to: dayOf(Date.now()) };

/** A workspace of its own with one running job; later ones wait. */
async function ownWorkspace() {
  const credentials = await bootstrap(`${newUuid()}.example.com`);
  const more = { key: credentials.apiKey };
  return {
    ...credentials,
    begin: (body: object, headers: Record<string, string> = {}) => begin(body, { ...more, headers }),
    call: (method: string, path: string, body?: unknown, rest: More = {}) =>
      call(method, path, body, { ...more, ...rest }),
  };
}

describe('beginning an export', () => {
  test.each<[string, object, string]>([
    ['neither type nor job_kind', {}, 'type'],
    ['an unknown type', { type: 'links' }, 'type'],
    ['a kind that is not there', { job_kind: 'everything' }, 'job_kind'],
    ['two kinds', { type: 'analytics', job_kind: 'link_catalog', ...WEEK }, 'job_kind'],
    ['no dates', { type: 'analytics' }, 'date_from'],
    [
      'an impossible date',
      { type: 'analytics', date_from: '2026-02-30', date_to: '2026-03-01' },
      'date_from',
    ],
    [
      'a range backwards',
      { type: 'analytics', date_from: WEEK.date_to, date_to: WEEK.date_from },
      'date_from',
    ],
    ['an unknown filter', { type: 'analytics', ...WEEK, country: 'DE' }, 'country'],
    ['a filter of the other kind', { type: 'link_catalog', domains: ['a.example'] }, 'domains'],
    ['an unknown time zone', { type: 'analytics', ...WEEK, timezone: 'Mars/Base' }, 'timezone'],
    ['an unknown column', { type: 'analytics', ...WEEK, columns: ['ip'] }, 'columns[0]'],
    ['a column twice', { type: 'analytics', ...WEEK, columns: ['city', 'city'] }, 'columns'],
    ['no column', { type: 'analytics', ...WEEK, columns: [] }, 'columns'],
    ['an unknown format', { type: 'analytics', ...WEEK, format: 'xlsx' }, 'format'],
    ['an unknown compression', { type: 'analytics', ...WEEK, compression: 'rar' }, 'compression'],
    ['an id that is none', { type: 'analytics', ...WEEK, url_ids: ['spring'] }, 'url_ids[0]'],
    [
      '10,001 ids',
      { type: 'analytics', ...WEEK, url_ids: Array.from({ length: 10_001 }, newUuid) },
      'url_ids',
    ],
    ['a string for a flag', { type: 'analytics', ...WEEK, include_bots: 'yes' }, 'include_bots'],
    ['a string for force', { type: 'analytics', ...WEEK, force: 'yes' }, 'force'],
  ])('refuses %s and names the field', async (_, body, field) => {
    const before = await api.kept();
    const { status, json } = await begin(body);
    expect({ status, code: json.code, field: json.field }).toEqual({
      status: 400,
      code: 'invalid_request',
      field,
    });
    expect(await api.kept()).toBe(before);
  });

  test('refuses dates beyond retention and says what there is', async () => {
    const { status, json } = await begin({
      type: 'analytics',
      date_from: '2019-01-01',
      date_to: WEEK.date_to,
    });
    expect({ status, code: json.code }).toEqual({ status: 422, code: 'date_range_exceeds_retention' });
    const again = await begin({
      type: 'analytics',
      date_from: json.earliest_available,
      date_to: WEEK.date_to,
    });
    expect(again.status).toBe(202);
  });

  test('answers 202 with the job and where to follow it', async () => {
    const mine = await ownWorkspace();
    const { status, headers, json } = await mine.begin({ type: 'analytics', ...WEEK });
    expect(status).toBe(202);
    expect(json).toMatchObject({
      ok: true,
      status: 'queued',
      job: {
        id: json.job_id,
        type: 'analytics',
        job_kind: 'analytics',
        status: 'queued',
        spec: WEEK,
        started_at: null,
        progress: { rows_done: 0, percent: 0, stage: 'queued', queue_position: null },
        row_count: null,
        error: null,
        files: [],
        download_url: null,
      },
    });
    expect(headers.location).toBe(`https://links.example.com/api/exports/jobs/${json.job_id}`);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  test('takes job_kind for type', async () => {
    const mine = await ownWorkspace();
    const { status, json } = await mine.begin({ job_kind: 'link_catalog', type: 'link_catalog' });
    expect({ status, type: json.job.type }).toEqual({ status: 202, type: 'link_catalog' });
  });

  test('gives the running job of the same spec, unless forced', async () => {
    const mine = await ownWorkspace();
    const first = await mine.begin({ type: 'analytics', ...WEEK });
    const second = await mine.begin({ ...WEEK, type: 'analytics', timezone: 'UTC' });
    expect(second.status).toBe(200);
    expect(second.json).toMatchObject({ deduplicated: true, job_id: first.json.job_id });
    const forced = await mine.begin({ type: 'analytics', ...WEEK, force: true });
    expect(forced.status).toBe(202);
    expect(forced.json.job_id).not.toBe(first.json.job_id);
    expect(forced.json.deduplicated).toBeUndefined();
  });

  test('replays an Idempotency-Key and refuses it for another spec', async () => {
    const mine = await ownWorkspace();
    const key = { 'idempotency-key': 'monday' };
    const first = await mine.begin({ type: 'analytics', ...WEEK, force: true }, key);
    const again = await mine.begin({ type: 'analytics', ...WEEK, force: true }, key);
    expect({ status: again.status, id: again.json.job_id }).toEqual({ status: 202, id: first.json.job_id });
    const other = await mine.begin({ type: 'link_catalog' }, key);
    expect({ status: other.status, code: other.json.code }).toEqual({
      status: 409,
      code: 'idempotency_conflict',
    });
    const { json } = await mine.call('GET', '/api/exports/jobs');
    expect(json.jobs).toHaveLength(1);
  });

  test('of fifty at once admits two, lets twenty wait and refuses the rest with the active ones', async () => {
    const mine = await ownWorkspace();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => mine.begin({ type: 'link_catalog', q: `query ${n}` })),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status === 429);
    expect([accepted.length, refused.length]).toEqual([22, 28]);
    expect(accepted.filter(({ json }) => json.job.progress.stage === 'queued')).toHaveLength(2);
    expect(refused[0]!.json.code).toBe('too_many_export_jobs');
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.at(-1)!.json.active_job_ids).toHaveLength(22);
    const last = await mine.call('GET', `/api/exports/jobs/${refused.at(-1)!.json.active_job_ids.at(-1)}`);
    expect(last.json.job.progress).toMatchObject({ stage: 'waiting', queue_position: 20 });
  }, 60_000);

  test('echoes a long list of ids as count and hash', async () => {
    const mine = await ownWorkspace();
    const url_ids = Array.from({ length: 10_000 }, newUuid);
    const { status, json } = await mine.begin({ type: 'analytics', ...WEEK, url_ids });
    expect(status).toBe(202);
    expect(json.job.spec.url_ids).toEqual({ count: 10_000, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('long lists of names in a spec', () => {
  const names = (count: number, text: string) => Array.from({ length: count }, (_, n) => `${n} ${text}`);

  test.each([
    [
      '1,000 spaces and 1,000 tags of 220 characters',
      names(1_000, 'x'.repeat(216)),
      names(1_000, 'y'.repeat(216)),
    ],
    ['1,000 spaces of 250 characters, each of three bytes', names(1_000, '好'.repeat(246)), ['a']],
  ])('%s are taken, echoed as count and hash, and made anew', async (_what, spaces, tags) => {
    const mine = await ownWorkspace();
    const { status, json } = await mine.begin({ type: 'analytics', ...WEEK, spaces, tags });
    expect([status, json.error]).toEqual([202, undefined]);
    expect(json.job.spec.spaces).toEqual({ count: 1_000, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await workOff();
    const made = await mine.call('GET', `/api/exports/jobs/${json.job_id}`);
    expect(made.json.job).toMatchObject({ status: 'ready', row_count: 0 });
    const anew = await mine.call('POST', `/api/exports/jobs/${json.job_id}/regenerate`);
    expect(anew.status).toBe(202);
    expect(anew.json.job.spec).toEqual(json.job.spec);
  });

  test('choose the rows that they would if they were short', async () => {
    const mine = await ownWorkspace();
    const store = dynamodbClickStore(dynamodbClient(), api.tables.clicks);
    for (const domain of ['a.example', 'b.example', 'b.example']) {
      await recordAt(
        { store },
        aClick({ workspaceId: mine.workspaceId, atMs: Date.now() - 3_600_000, domain }),
      );
    }
    const domains = ['b.example', ...names(999, 'none.example')];
    const { json } = await mine.begin({ type: 'analytics', ...WEEK, domains });
    await workOff();
    const { json: made } = await mine.call('GET', `/api/exports/jobs/${json.job_id}`);
    expect(made.job).toMatchObject({ status: 'ready', row_count: 2 });
  });

  test('beyond what a request may carry they are refused in words', async () => {
    const mine = await ownWorkspace();
    const spaces = names(1_000, '😀'.repeat(250));
    const { status, json } = await mine.begin({ type: 'analytics', ...WEEK, spaces, tags: spaces });
    expect(status).toBe(413);
    expect(json.error).toMatch(/bytes/);
  });
});

describe('an export from beginning to end', () => {
  test('has every click of its days, is downloaded by a fresh link and can be made anew', async () => {
    const mine = await ownWorkspace();
    const { workspaceId } = mine;
    const store = dynamodbClickStore(dynamodbClient(), api.tables.clicks);
    const atMs = Date.now() - 3_600_000;
    for (let n = 0; n < 25; n += 1) {
      const click = aClick({
        workspaceId,
        atMs: atMs + n,
        city: n === 3 ? '=HYPERLINK("x")' : 'São Paulo, "SP"',
      });
      await recordAt({ store }, click);
    }
    const begun = await mine.begin({ type: 'analytics', ...WEEK });
    await workOff();
    const { status, headers, json } = await mine.call('GET', `/api/exports/jobs/${begun.json.job_id}`);
    expect(status).toBe(200);
    expect(headers['retry-after']).toBeUndefined();
    expect(json.job).toMatchObject({
      status: 'ready',
      row_count: 25,
      skipped_rows: 0,
      progress: { rows_done: 25, rows_total: 25, percent: 100, stage: null },
      files: [{ rows: 25, content_type: 'text/csv; charset=utf-8' }],
    });

    const download = await mine.call('GET', `/api/exports/jobs/${begun.json.job_id}/download`);
    expect(download.status).toBe(302);
    const file = await fetch(download.headers.location!);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${json.job.files[0].name}"`);
    expect(bytes.length).toBe(json.job.files[0].bytes);
    expect(crc32(bytes).toString(16).padStart(8, '0')).toBe(json.job.files[0].crc32);
    const rows = Papa.parse<Record<string, string>>(bytes.toString(), {
      header: true,
      skipEmptyLines: true,
    }).data;
    expect(rows.map(({ clicked_at }) => Date.parse(clicked_at!))).toEqual(
      Array.from({ length: 25 }, (_, n) => atMs + n),
    );
    expect(rows[3]!.city).toBe('\'=HYPERLINK("x")');
    expect(rows[4]!.city).toBe('São Paulo, "SP"');

    const link = await mine.call('GET', `/api/exports/jobs/${begun.json.job_id}/download`, undefined, {
      query: 'redirect=false',
    });
    expect(link.json).toEqual({ download_url: expect.any(String), expires_at: expect.any(String) });
    const named = await mine.call('GET', `/api/exports/jobs/${begun.json.job_id}/download`, undefined, {
      query: 'file=other.csv',
    });
    expect(named.status).toBe(404);

    const again = await mine.call('POST', `/api/exports/jobs/${begun.json.job_id}/regenerate`);
    expect(again.status).toBe(202);
    expect(again.json.job_id).not.toBe(begun.json.job_id);
    expect(again.json.job.spec).toEqual(begun.json.job.spec);
    await workOff();
    const remade = await mine.call('GET', `/api/exports/jobs/${again.json.job_id}`);
    expect(remade.json.job.files[0].sha256).toBe(json.job.files[0].sha256);
  });

  test('is not told again to whoever has its ETag', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    const path = `/api/exports/jobs/${json.job_id}`;
    const first = await mine.call('GET', path);
    expect(first.headers['cache-control']).toBe('private, no-store');
    const same = await mine.call('GET', path, undefined, {
      headers: { 'if-none-match': first.headers.etag! },
    });
    expect({ status: same.status, text: same.text }).toEqual({ status: 304, text: '' });
    await mine.call('POST', `${path}/cancel`);
    const changed = await mine.call('GET', path, undefined, {
      headers: { 'if-none-match': first.headers.etag! },
    });
    expect(changed.status).toBe(200);
  });

  test('that is canceled cannot be downloaded, and a second cancel changes nothing', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    const path = `/api/exports/jobs/${json.job_id}`;
    const early = await mine.call('GET', `${path}/download`);
    expect({ status: early.status, code: early.json.code }).toEqual({
      status: 409,
      code: 'export_not_ready',
    });
    const canceled = await mine.call('POST', `${path}/cancel`);
    expect(canceled.json.job).toMatchObject({ status: 'canceled' });
    const twice = await mine.call('POST', `${path}/cancel`);
    expect(twice.json).toEqual(canceled.json);
    await workOff();
    const download = await mine.call('GET', `${path}/download`);
    expect({ status: download.status, code: download.json.code }).toEqual({
      status: 409,
      code: 'export_canceled',
    });
  });

  test('that is ready can no longer be canceled', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    await workOff();
    const { status } = await mine.call('POST', `/api/exports/jobs/${json.job_id}/cancel`);
    expect(status).toBe(409);
  });

  test('whose file is gone says how to make it anew', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    await workOff();
    const { s3FileStore } = await import('#shared/exports/files/file-store.s3.ts');
    const { s3Client } = await import('#shared/aws.ts');
    const files = s3FileStore(s3Client(), api.bucket, console);
    const { keys } = await files.list(`exports/${mine.workspaceId}/`);
    await files.remove(keys);
    const { status, json: gone } = await mine.call('GET', `/api/exports/jobs/${json.job_id}/download`);
    expect(status).toBe(410);
    expect(gone).toMatchObject({
      code: 'export_expired',
      regenerate_url: `https://links.example.com/api/exports/jobs/${json.job_id}/regenerate`,
    });
  });

  test('is also downloaded by a token, and by no other one', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    await workOff();
    const secrets = openSecrets(dynamodbSecretStore(openDatabase(), api.tables.workspaces), Date.now);
    const job = { workspaceId: mine.workspaceId, jobId: json.job_id };
    const token = await downloadToken(secrets, job, Date.now());
    const good = await call('GET', `/d/${token}`, undefined, { headers: { 'x-api-key': '' } });
    expect(good.status).toBe(302);
    const old = await downloadToken(secrets, job, Date.now() - 8 * DAY_MS);
    const forged = `${token.slice(0, -2)}AA`;
    for (const bad of [
      old,
      forged,
      'x',
      await downloadToken(secrets, { ...job, jobId: newUuid() }, Date.now()),
    ]) {
      expect((await call('GET', `/d/${bad}`)).status).toBe(404);
    }
  });
});

describe('an export of another workspace', () => {
  test.each([
    ['GET', ''],
    ['GET', '/download'],
    ['POST', '/cancel'],
    ['POST', '/regenerate'],
  ])('is not found: %s %s', async (method, suffix) => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    const before = await api.kept();
    const answer = await call(method, `/api/exports/jobs/${json.job_id}${suffix}`, undefined, {
      key: stranger.apiKey,
    });
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 404, code: 'not_found' });
    expect(await api.kept()).toBe(before);
  });
});

describe('the list of exports', () => {
  test('refuses a cursor of another workspace, and one that was changed', async () => {
    const mine = await ownWorkspace();
    for (const q of ['a', 'b', 'c']) await mine.begin({ type: 'link_catalog', q });
    const page = await mine.call('GET', '/api/exports/jobs', undefined, { query: 'limit=1' });
    const query = `cursor=${page.json.next_cursor}`;
    expect((await call('GET', '/api/exports/jobs', undefined, { query })).status).toBe(400);
    expect((await mine.call('GET', '/api/exports/jobs', undefined, { query: `${query}x` })).status).toBe(400);
  });

  test('has only those of a state or type, any of several', async () => {
    const mine = await ownWorkspace();
    const ids: Record<string, string> = {};
    for (const [name, body] of Object.entries({
      catalog: { type: 'link_catalog' },
      analytics: { type: 'analytics', ...WEEK },
      canceled: { type: 'link_catalog', q: 'x' },
    })) {
      ids[name] = (await mine.begin(body)).json.job_id;
    }
    await mine.call('POST', `/api/exports/jobs/${ids.canceled}/cancel`);
    const listed = async (query: string) => {
      const { json } = await mine.call('GET', '/api/exports/jobs', undefined, { query });
      return json.jobs.map(({ id }: { id: string }) => Object.keys(ids).find((name) => ids[name] === id));
    };
    expect(await listed('')).toEqual(['canceled', 'analytics', 'catalog']);
    expect(await listed('status=canceled')).toEqual(['canceled']);
    expect(await listed('status=ready')).toEqual([]);
    expect(await listed('status=queued&status=processing')).toEqual(['analytics', 'catalog']);
    expect(await listed('type=analytics')).toEqual(['analytics']);
    expect(await listed('type=link_catalog&status=canceled&status=queued')).toEqual(['canceled', 'catalog']);
    for (const query of ['status=done', 'type=everything', 'type=']) {
      const { status, json } = await mine.call('GET', '/api/exports/jobs', undefined, { query });
      expect({ status, error: json.error }).toMatchObject({
        status: 400,
        error: expect.stringMatching(/it must be "/),
      });
    }
  });

  test('shows the own ones, newest first, page by page', async () => {
    const mine = await ownWorkspace();
    const ids: string[] = [];
    for (const q of ['a', 'b', 'c']) ids.push((await mine.begin({ type: 'link_catalog', q })).json.job_id);
    const first = await mine.call('GET', '/api/exports/jobs', undefined, { query: 'limit=2' });
    const query = `limit=2&cursor=${first.json.next_cursor}`;
    const second = await mine.call('GET', '/api/exports/jobs', undefined, { query });
    const listed = [...first.json.jobs, ...second.json.jobs].map(({ id }: { id: string }) => id);
    expect(listed).toEqual(ids.toReversed());
    expect(second.json.next_cursor).toBeNull();
  });
});

describe('the immediate catalog', () => {
  const addLinks = async (workspaceId: string, count: number) => {
    const database = documentClient(dynamodbClient());
    for (let n = 0; n < count; n += 1) {
      const link = aLink({ workspaceId, title: n === 1 ? 'Spring' : null, tags: ['a', 'b'] });
      await database.send(new PutCommand({ TableName: api.tables.links, Item: linkItem(link) }));
    }
  };

  test.each([
    'status=gone',
    'limit=5',
    'status=active&status=gone',
    'q=a&q=b',
    'created_after=yesterday',
    'columns=slug',
    'columns=title&columns=title',
    'delimiter=%7C',
  ])('refuses ?%s', async (query) => {
    const { status } = await call('GET', '/api/links/export', undefined, { query });
    expect(status).toBe(400);
  });

  test('answers at once with exactly the links that match', async () => {
    const mine = await ownWorkspace();
    await addLinks(mine.workspaceId, 3);
    const all = await mine.call('GET', '/api/links/export');
    expect(all.status).toBe(200);
    expect(all.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(all.headers['content-disposition']).toMatch(/^attachment; filename="links_[\d-]+\.csv"$/);
    expect(Papa.parse(all.text, { skipEmptyLines: true }).data).toHaveLength(4);
    const some = await mine.call('GET', '/api/links/export', undefined, { query: 'q=SPRING' });
    expect(Papa.parse(some.text, { skipEmptyLines: true }).data).toHaveLength(2);
  });

  test.each([
    ['columns=title', 'title'],
    ['columns=title&columns=qr&delimiter=%3B', 'title;qr'],
    ['columns=all&delimiter=%09', Object.keys(CATALOG_COLUMNS).join('\t')],
  ])('writes the columns of ?%s', async (query, header) => {
    const { status, text } = await call('GET', '/api/links/export', undefined, { query });
    expect({ status, header: text.split('\r\n')[0] }).toEqual({ status: 200, header });
  });

  test('becomes a job when the caller prefers that', async () => {
    const mine = await ownWorkspace();
    await addLinks(mine.workspaceId, 2);
    const headers = { prefer: 'respond-async, wait=5' };
    const {
      status,
      json,
      headers: got,
    } = await mine.call('GET', '/api/links/export', undefined, { headers });
    expect({ status, applied: got['preference-applied'] }).toEqual({ status: 202, applied: 'respond-async' });
    await workOff();
    const job = await mine.call('GET', `/api/exports/jobs/${json.job_id}`);
    expect(job.json.job).toMatchObject({ status: 'ready', row_count: 2 });
  });

  test('takes any of the values that a filter repeats, in a job too', async () => {
    const mine = await ownWorkspace();
    await addLinks(mine.workspaceId, 3);
    const rowsOf = async (query: string) => {
      const { text } = await mine.call('GET', '/api/links/export', undefined, { query });
      return Papa.parse(text, { skipEmptyLines: true }).data.length - 1;
    };
    expect(await rowsOf('tag=b&tag=none')).toBe(3);
    expect(await rowsOf('tag=none&tag=nor-this')).toBe(0);
    expect(await rowsOf('status=disabled&status=active&tag=a')).toBe(3);
    const { json } = await mine.begin({ type: 'link_catalog', tag: ['none', 'b', 'b'], status: ['active'] });
    await workOff();
    const job = await mine.call('GET', `/api/exports/jobs/${json.job_id}`);
    expect(job.json.job).toMatchObject({ status: 'ready', row_count: 3 });
    expect(job.json.job.spec).toMatchObject({ tag: ['b', 'none'], status: 'active' });
  });

  test('says of a job which names of its filters are not there, and that no row matched', async () => {
    const mine = await ownWorkspace();
    await addLinks(mine.workspaceId, 1);
    const body = { type: 'link_catalog', tag: ['b', 'typo'], space: 'Nowhere', domain: 'none.example' };
    const { json } = await mine.begin(body);
    const named = ['domain "none.example"', 'space "Nowhere"', 'tag "typo"'].map((name) => ({
      code: 'unknown_names',
      message: `there is no ${name} in this workspace`,
    }));
    expect(json.job.warnings).toEqual(named);
    const id = newUuid();
    const clicks = await mine.begin({ type: 'analytics', ...WEEK, url_ids: [id] });
    const whole = await mine.begin({ type: 'link_catalog', tag: 'b' });
    await workOff();
    const warningsOf = async (jobId: string) =>
      (await mine.call('GET', `/api/exports/jobs/${jobId}`)).json.job.warnings;
    const noRows = { code: 'no_rows', message: 'no row matched: the file has none but its header' };
    expect(await warningsOf(json.job_id)).toEqual([...named, noRows]);
    expect(await warningsOf(clicks.json.job_id)).toEqual([
      { code: 'unknown_names', message: `there is no link "${id}" in this workspace` },
      noRows,
    ]);
    expect(await warningsOf(whole.json.job_id)).toEqual([]);
  });

  test('makes no job for a key that may only read exports, but answers it at once', async () => {
    const mine = await ownWorkspace();
    const { workspaceId } = mine;
    const store = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
    const scopes = ['exports:read'] as const;
    const { text: key } = await createKey(store, { workspaceId, scopes, nowMs: Date.now() });
    const before = await api.kept();
    const headers = { prefer: 'respond-async' };
    const refused = await call('GET', '/api/links/export', undefined, { key, headers });
    expect(refused).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(refused.json.error).toMatch(/lacks the scope exports:write, which an export job needs/);
    expect(await api.kept()).toBe(before);
    expect((await call('GET', '/api/links/export', undefined, { key })).status).toBe(200);
  });
});

describe('counting rows', () => {
  test('refuses what a job would refuse', async () => {
    const { status, json } = await call('POST', '/api/exports/count', {
      type: 'analytics',
      ...WEEK,
      force: true,
    });
    expect({ status, field: json.field }).toEqual({ status: 400, field: 'force' });
    const early = { type: 'analytics', date_from: '2019-01-01', date_to: WEEK.date_to };
    expect((await call('POST', '/api/exports/count', early)).status).toBe(422);
  });

  test('counts what an export would have', async () => {
    const { workspaceId, call: ask } = await ownWorkspace();
    const store = dynamodbClickStore(dynamodbClient(), api.tables.clicks);
    for (let n = 0; n < 4; n += 1) {
      await recordAt({ store }, aClick({ workspaceId, atMs: Date.now() - 3_600_000, bot: n === 0 }));
    }
    const all = await ask('POST', '/api/exports/count', { type: 'analytics', ...WEEK });
    expect(all.json).toEqual({ ok: true, rows: 4, at_least: 4 });
    const people = await ask('POST', '/api/exports/count', {
      type: 'analytics',
      ...WEEK,
      include_bots: false,
    });
    expect(people.json.rows).toBe(3);
  });
});

describe('the worker', () => {
  test('keeps a message that it cannot read', async () => {
    const { handler } = (await import('#functions/workers/exports/index.ts')) as {
      handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
    };
    const event = { Records: [{ messageId: 'm', body: '{"step":"plan"}' }] } as SQSEvent;
    const context = { getRemainingTimeInMillis: () => 120_000 } as Context;
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });

  test('drops a second delivery of a finished job', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    await workOff();
    const ready = await mine.call('GET', `/api/exports/jobs/${json.job_id}`);
    const MessageBody = JSON.stringify({ workspaceId: mine.workspaceId, jobId: json.job_id, step: 'plan' });
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.EXPORTS_QUEUE_URL!, MessageBody }));
    await workOff();
    expect((await mine.call('GET', `/api/exports/jobs/${json.job_id}`)).json).toEqual(ready.json);
  });
});
