import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesizeIfStale } from '#bin/synthesize.ts';

test('several callers get one assembly, whole, and the next does not make it again', async () => {
  const [outdir = '', other] = await Promise.all([synthesizeIfStale(), synthesizeIfStale()]);
  expect(other).toBe(outdir);
  const template = join(outdir, 'SluglineService.template.json');
  const { Resources } = JSON.parse(await readFile(template, 'utf8')) as { Resources: Record<string, Asset> };
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(functions.length).toBeGreaterThan(0);
  for (const { Properties } of functions) {
    const asset = `asset.${Properties.Code.S3Key.replace('.zip', '')}`;
    expect(await readdir(join(outdir, asset))).toContain('index.mjs');
  }
  const { mtimeMs } = await stat(template);
  await synthesizeIfStale();
  expect((await stat(template)).mtimeMs).toBe(mtimeMs);
}, 120_000);

interface Asset {
  Type: string;
  Properties: { Code: { S3Key: string } };
}
