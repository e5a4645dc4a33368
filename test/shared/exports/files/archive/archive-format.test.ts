import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import JSZip from 'jszip';
import { type ArchiveRow, archive, archiveManifest } from '#shared/exports/files/archive/archive-format.ts';
import type { Encoded, WrittenSegment } from '#shared/exports/files/format.ts';

const about = { version: 1, job_id: 'job' };
const row = (name: string, bytes: Uint8Array): ArchiveRow => ({
  file: { name, bytes },
  result: { url_id: name, status: 'ready', file_name: name },
});
const failed = (id: string): ArchiveRow => ({ file: null, result: { url_id: id, status: 'failed' } });

/** An archive whose rows were written in segments of several runs each. */
async function packed(segments: readonly (readonly ArchiveRow[][])[]) {
  const write = archive.rows({}, { about });
  const written: WrittenSegment[] = [];
  const content: Buffer[] = [];
  for (const runs of segments) {
    const encoded = (await Promise.all(runs.map((run) => write(run as never)))) as Encoded[];
    const bytes = Buffer.concat(encoded.map((run) => run.content as Uint8Array));
    const index = Buffer.concat(encoded.map((run) => run.index!));
    const rows = encoded.reduce((sum, run) => sum + run.rows, 0);
    written.push({ file: 0, bytes: bytes.length, rows, index: async () => index });
    content.push(bytes);
  }
  for await (const end of archive.close!({ about }, written)) content.push(Buffer.from(end as string));
  const manifest: Buffer[] = [];
  for await (const end of archiveManifest.close!({ about }, written))
    manifest.push(Buffer.from(end as string));
  return { zip: Buffer.concat(content), manifest: Buffer.concat(manifest).toString() };
}

test('is read by another reader of ZIPs: every file, in order, with its bytes', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const segments = fc.array(fc.array(fc.array(bytes, { maxLength: 4 }), { maxLength: 3 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(segments, async (given) => {
      let n = 0;
      const rows = given.map((runs) => runs.map((run) => run.map((file) => row(`host/${n++}.png`, file))));
      const { zip } = await packed(rows);
      const read = await JSZip.loadAsync(zip, { checkCRC32: true });
      const files = rows.flat(2).map(({ file }) => file!);
      expect(Object.keys(read.files).filter((name) => !name.endsWith('/'))).toEqual([
        ...files.map(({ name }) => name),
        'manifest.json',
      ]);
      for (const { name, bytes: wanted } of files) {
        expect(Buffer.from(await read.file(name)!.async('uint8array')).equals(wanted)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('the manifest is the same inside and beside it, and tells of what could not be made', async () => {
  const { zip, manifest } = await packed([[[row('a.png', randomBytes(9)), failed('b')]], [[failed('c')]]]);
  expect(JSON.parse(manifest)).toEqual({
    ...about,
    requested: 3,
    succeeded: 1,
    failed: 2,
    results: [
      { url_id: 'a.png', status: 'ready', file_name: 'a.png' },
      { url_id: 'b', status: 'failed' },
      { url_id: 'c', status: 'failed' },
    ],
  });
  const read = await JSZip.loadAsync(zip, { checkCRC32: true });
  expect(await read.file('manifest.json')!.async('string')).toBe(manifest);
});

test('70,000 files are read back by the 64-bit records', async () => {
  const rows = Array.from({ length: 70_000 }, (_, n) => row(`host/${n}.png`, Buffer.from(String(n))));
  const { zip } = await packed([[rows.slice(0, 40_000)], [rows.slice(40_000)]]);
  const end = zip.length - 22;
  expect(zip.readUInt16LE(end + 10)).toBe(0xffff);
  const record = Number(zip.readBigUInt64LE(end - 20 + 8));
  expect(zip.readUInt32LE(record)).toBe(0x06064b50);
  expect(zip.readBigUInt64LE(record + 32)).toBe(70_001n);
  const read = await JSZip.loadAsync(zip);
  expect(Object.values(read.files).filter(({ dir }) => !dir)).toHaveLength(70_001);
  expect(await read.file('host/69999.png')!.async('string')).toBe('69999');
}, 60_000);

test('the same files give the same bytes', async () => {
  const rows = [[[row('a.png', Buffer.from('a'))]]];
  expect((await packed(rows)).zip.equals((await packed(rows)).zip)).toBe(true);
});
