import { crc32 } from 'node:zlib';
import Papa from 'papaparse';
import { dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { downloadToken } from '#shared/exports/engine/download-export.ts';
import { newUuid } from '#shared/ids.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { DAY_MS, openExportApi, WEEK } from '#test/support/export-api.ts';
import { recordAt } from '#test/support/recorded-clicks.ts';

const { api, call, workOff, ownWorkspace } = await openExportApi();

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
