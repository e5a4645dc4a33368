import { s3Client } from '#shared/aws.ts';
import { newUuid } from '#shared/ids.ts';
import type { Logo } from '#shared/qr/logo/logo.ts';
import { s3LogoStore } from '#shared/qr/logo-store.s3.ts';
import type { LogoStore } from '#shared/qr/logo-store.ts';
import { rgbaPng } from '#shared/qr/png/png-file.ts';
import { memoryLogoStore } from '#test/support/memory/logo-store.ts';
import { openBucket } from '#test/support/resources.ts';

const client = s3Client();
const STORES: [string, () => Promise<LogoStore>][] = [
  ['in memory', async () => memoryLogoStore()],
  ['in S3', async () => s3LogoStore(client, await openBucket())],
];

const logoOf = (width: number, height: number): Logo => ({
  png: rgbaPng(width, height, Buffer.alloc(4 * width * height, 0xc8)),
  width,
  height,
});

describe.each(STORES)('logos %s', (name, open) => {
  let store: LogoStore;
  let workspaceId: string;

  beforeAll(async () => {
    store = await open();
  });
  beforeEach(() => {
    workspaceId = newUuid();
  });

  test('what is not there is not found, and can be removed', async () => {
    expect(await store.find(workspaceId, newUuid())).toBeUndefined();
    expect(await store.has(workspaceId, newUuid())).toBe(false);
    expect(await store.count(workspaceId, 10)).toBe(0);
    await store.remove(workspaceId, newUuid());
  });

  test('a logo comes back as it was put, until it is removed', async () => {
    const logoId = newUuid();
    const logo = logoOf(300, 20);
    await store.put(workspaceId, logoId, logo);
    const found = (await store.find(workspaceId, logoId))!;
    expect({ ...found, png: Buffer.from(found.png) }).toEqual(logo);
    expect(await store.has(workspaceId, logoId)).toBe(true);
    await store.remove(workspaceId, logoId);
    expect(await store.find(workspaceId, logoId)).toBeUndefined();
    expect(await store.has(workspaceId, logoId)).toBe(false);
  });

  test('another workspace sees nothing of it, and cannot remove it', async () => {
    const logoId = newUuid();
    await store.put(workspaceId, logoId, logoOf(1, 1));
    const other = newUuid();
    expect(await store.find(other, logoId)).toBeUndefined();
    expect(await store.has(other, logoId)).toBe(false);
    expect(await store.count(other, 10)).toBe(0);
    await store.remove(other, logoId);
    expect(await store.has(workspaceId, logoId)).toBe(true);
  });

  test('no more are counted than are asked about', async () => {
    for (let n = 0; n < 3; n += 1) await store.put(workspaceId, newUuid(), logoOf(1, 1));
    expect(await store.count(workspaceId, 2)).toBe(2);
    expect(await store.count(workspaceId, 10)).toBe(3);
  });

  test('a preview shows the picture', async () => {
    const logoId = newUuid();
    const logo = logoOf(2, 3);
    await store.put(workspaceId, logoId, logo);
    const url = await store.previewUrl(workspaceId, logoId);
    expect(url).toContain(logoId);
    if (name === 'in memory') return;
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(logo.png);
  });
});
