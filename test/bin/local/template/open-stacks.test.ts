import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStacks } from '#bin/local/template/open-stacks.ts';
import { createApp } from '#lib/app.ts';
import { emptyBundles } from '#test/lib/synthesized.ts';

const dir = mkdtempSync(join(tmpdir(), 'slugline-stacks-'));
const bundles = emptyBundles();
afterAll(() => {
  for (const folder of [dir, bundles]) rmSync(folder, { recursive: true });
});

type Variables = Record<'EDGE_SECRET' | 'EDGE_SECRET_PREVIOUS' | 'POWERTOOLS_SERVICE_NAME', string>;

/** What a function knows of the edge's secrets, and what the edge sends, in a stack on one data directory. */
async function startedWith(context: Record<string, unknown>) {
  const outdir = mkdtempSync(join(dir, 'assembly-'));
  createApp(outdir, { bundles, ...context }).synth();
  const { service } = await openStacks({ outdir, dir, sqsEndpoint: 'http://127.0.0.1:1', parameters: {} });
  const functions = service.resources<{ Environment: { Variables: Variables } }>('AWS::Lambda::Function');
  const { EDGE_SECRET, EDGE_SECRET_PREVIOUS } = functions
    .map(({ properties }) => properties.Environment.Variables)
    .find(({ POWERTOOLS_SERVICE_NAME }) => POWERTOOLS_SERVICE_NAME === 'redirect')!;
  const distributions = service.resources<{
    DistributionConfig: { Origins: { OriginCustomHeaders: { HeaderValue: string }[] }[] };
  }>('AWS::CloudFront::Distribution');
  const sent = distributions.flatMap(({ properties }) =>
    properties.DistributionConfig.Origins.map(
      ({ OriginCustomHeaders }) => OriginCustomHeaders[0]!.HeaderValue,
    ),
  );
  return { known: [EDGE_SECRET, EDGE_SECRET_PREVIOUS], sent: [...new Set(sent)] };
}

test('a new secret of the edge goes through its rotation on a laptop as it does on AWS', async () => {
  const before = await startedWith({});
  const [first] = before.sent;
  expect(before).toEqual({ known: [first, ''], sent: [first] });
  const during = await startedWith({ edgeSecretGeneration: 2 });
  const [second] = during.sent;
  expect(second).not.toBe(first);
  expect(during).toEqual({ known: [second, first], sent: [second] });
  const after = await startedWith({ edgeSecretGeneration: 2, edgeSecretRotated: 2 });
  expect(after).toEqual({ known: [second, ''], sent: [second] });
});
