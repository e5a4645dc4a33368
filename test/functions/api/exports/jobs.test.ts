import { dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExportApi, WEEK } from '#test/support/export-api.ts';
import { recordAt } from '#test/support/recorded-clicks.ts';

const { api, stranger, call, begin, workOff, ownWorkspace } = await openExportApi();

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
