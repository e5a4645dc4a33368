import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextOf, synthesizeIfStale } from '#bin/synthesize.ts';

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

test('the context is that of the CDK’s own command; a file without one has none', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'slugline-context-'));
  const file = join(dir, 'cdk.json');
  await writeFile(file, JSON.stringify({ app: 'node bin/app.ts', context: { edgeSecretGeneration: 2 } }));
  expect(await contextOf(file)).toEqual({ edgeSecretGeneration: 2 });
  await writeFile(file, '{}');
  expect(await contextOf(file)).toEqual({});
  await rm(dir, { recursive: true });
});

interface Asset {
  Type: string;
  Properties: { Code: { S3Key: string } };
}
