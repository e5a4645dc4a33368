import { PutCommand } from '@aws-sdk/lib-dynamodb';
import Papa from 'papaparse';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { createKey } from '#shared/credentials/api-key.ts';
import { CATALOG_COLUMNS } from '#shared/exports/kinds/catalog-columns.ts';
import { newUuid } from '#shared/ids.ts';
import { linkItem } from '#shared/links/link-item.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openExportApi, WEEK } from '#test/support/export-api.ts';
import { aLink } from '#test/support/links.ts';

const { api, call, workOff, ownWorkspace } = await openExportApi();

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
