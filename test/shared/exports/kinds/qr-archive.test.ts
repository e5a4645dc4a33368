import JSZip from 'jszip';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import { newUuid } from '#shared/ids.ts';
import type { Link } from '#shared/links/link.ts';
import { type CodeTools, openLinkCodes } from '#shared/qr/link-codes.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import type { Preset } from '#shared/qr/presets/preset.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { openExports, SMALL, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const KIND = 'qr_bulk_download';
const opened = openRenderer();

async function openArchives(links: readonly Link[], presets: Preset[] = []) {
  const { renderer } = await opened;
  const engine = openExports({ links }, { sizes: { ...SMALL, segmentRows: 3 } });
  const tools: CodeTools = {
    renderer,
    presets: { list: async () => presets },
    logos: { find: async () => undefined },
    shortOrigin: 'https://{domain}',
  };
  engine.tools.sources.openCodes = (workspaceId) => openLinkCodes(workspaceId, tools);
  const run = async (body: object) => {
    const { job } = await engine.accept(KIND, body);
    await engine.drain();
    const ended = await engine.find(job);
    return { job: ended, files: filesOf(ended) };
  };
  const filesOf = ({ files }: ExportJob) =>
    Object.fromEntries(files.map(({ name, key }) => [name, engine.files.objects.get(key)!]));
  return { ...engine, run };
}

const linksOf = (count: number, members: Partial<Link> = {}) =>
  Array.from({ length: count }, (_, n) =>
    aLink({
      workspaceId: WORKSPACE,
      urlId: newUuid(),
      domain: 'go.example.com',
      shortCode: `code-${n}`,
      ...members,
    }),
  );

test('holds the code of each link in the order asked for, and tells of each what became of it', async () => {
  const links = linksOf(10);
  const { run } = await openArchives(links);
  const unknown = newUuid();
  const ids = [links[7]!.urlId, unknown, ...links.map(({ urlId }) => urlId), links[7]!.urlId];
  const { job, files } = await run({ url_ids: ids, image_format: 'svg', image_size: 256 });
  expect(job).toMatchObject({ state: 'ready', rows: 10, skippedRows: 1, rowsTotal: 11, layout: [4, 0] });
  const manifest = JSON.parse(String(files['manifest.json']));
  expect(manifest).toMatchObject({
    version: 1,
    job_id: job.jobId,
    generated_at: new Date(job.snapshotMs).toISOString(),
    image_format: 'svg',
    image_size: 256,
    requested: 11,
    succeeded: 10,
    failed: 1,
  });
  const others = links.filter((_, n) => n !== 7).map(({ urlId }) => urlId);
  expect(manifest.results.map(({ url_id }: { url_id: string }) => url_id)).toEqual([
    links[7]!.urlId,
    unknown,
    ...others,
  ]);
  expect(manifest.results[0]).toEqual({
    url_id: links[7]!.urlId,
    render_source: 'effective',
    short_code: 'code-7',
    domain_name: 'go.example.com',
    status: 'ready',
    file_name: 'go.example.com/code-7.svg',
    qr_style_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(manifest.results[1]).toEqual({
    url_id: unknown,
    render_source: 'effective',
    status: 'failed',
    error: 'there is no such link in this workspace',
  });
  const zip = await JSZip.loadAsync(files['qr-codes.zip']!, { checkCRC32: true });
  const names = Object.values(zip.files)
    .filter(({ dir }) => !dir)
    .map(({ name }) => name);
  expect(names).toHaveLength(11);
  expect(await zip.file('manifest.json')!.async('string')).toBe(String(files['manifest.json']));
  expect(await zip.file('go.example.com/code-3.svg')!.async('string')).toMatch(/^<svg [^>]*width="256"/);
});

test('draws by the preset that is asked for, else by the state of the link', async () => {
  const preset: Preset = {
    presetId: newUuid(),
    workspaceId: WORKSPACE,
    name: 'Dots',
    style: { modules: { shape: 'dots' } },
    isDefault: false,
    createdAtMs: 0,
    updatedAtMs: 0,
    version: 1,
  };
  const [link] = linksOf(1, { qr: { presetId: null, style: { quiet_zone: 8 } } });
  const { run } = await openArchives([link!], [preset]);
  const ask = async (more: object) => {
    const { files } = await run({ url_ids: [link!.urlId], image_format: 'svg', ...more });
    return JSON.parse(String(files['manifest.json'])).results[0];
  };
  const own = await ask({});
  const other = await ask({ render_source: { type: 'preset', qr_preset_id: preset.presetId } });
  expect(own).toMatchObject({ render_source: 'effective', status: 'ready' });
  expect(other).toMatchObject({ render_source: 'preset', status: 'ready' });
  expect(other.qr_style_hash).not.toBe(own.qr_style_hash);
});

test('a job none of whose codes could be made has failed, and its manifest says why', async () => {
  const { run } = await openArchives([]);
  const { job, files } = await run({ url_ids: [newUuid(), newUuid()] });
  expect(job).toMatchObject({
    state: 'failed',
    failure: { message: 'none of the 2 QR codes could be made' },
  });
  expect(Object.keys(files)).toEqual(['manifest.json']);
  expect(JSON.parse(String(files['manifest.json']))).toMatchObject({ requested: 2, succeeded: 0, failed: 2 });
});

test('is refused where the plan has no archives', async () => {
  const { accept } = await openArchives([]);
  const plus = accept(KIND, { url_ids: [newUuid()] }, { plan: PLANS.plus });
  await expect(plus).rejects.toMatchObject({ code: 'plan_limit' });
});
