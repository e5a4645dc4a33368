import { rmSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { createApp } from '#lib/app.ts';
import { emptyBundles, FOLDERS, synthesize } from './synthesized.ts';

test('a function without a bundle stops the synthesis, with a sentence that names it', () => {
  const bundles = emptyBundles(Object.values(FOLDERS).filter((folder) => folder !== 'workers/clicks'));
  expect(() => createApp(undefined, { bundles })).toThrow(
    /there is no bundle .*workers\/clicks\/index\.mjs: functions\/workers\/clicks\/index\.ts is missing/,
  );
  rmSync(bundles, { recursive: true });
});

describe('the two stacks', () => {
  const { app, service } = synthesize();
  const [data, services] = app.node.children as unknown as {
    terminationProtection: boolean;
    region: string;
  }[];

  test('the one that keeps cannot be deleted by mistake, the one that works can', () => {
    expect(data!.terminationProtection).toBe(true);
    expect(services!.terminationProtection).toBe(false);
  });

  test('neither names an account or a region, so that synthesis needs no credentials', () => {
    for (const stack of [data!, services!]) expect(Token.isUnresolved(stack.region)).toBe(true);
  });

  test('parameters and their defaults are those that the local stack and the README name', () => {
    const { BootstrapVersion: _, ...parameters } = service.Parameters;
    expect(
      Object.fromEntries(Object.entries(parameters).map(([name, { Default }]) => [name, Default])),
    ).toEqual({
      HorizonSeconds: 60,
      ShortOrigin: 'https://{domain}',
      SweepRate: 'rate(1 minute)',
      RollUpRate: 'rate(1 minute)',
      AllowedOrigins: '',
      SessionIssuer: '',
      SessionJwksUrl: '',
      SessionAudience: '',
      AlarmEmail: '',
    });
  });

  test('outputs are those that deployment and administration read', () => {
    expect(Object.keys(service.Outputs)).toEqual([
      'ApiUrl',
      'ShortUrl',
      'ShortDomain',
      'WorkspacesTable',
      'LinksTable',
      'ClicksTable',
      'JobsTable',
      'FilesBucket',
      'ClicksQueueUrl',
      'ExportsQueueUrl',
      'RollUpsQueueUrl',
      'ShortUrlPattern',
      'HorizonInSeconds',
    ]);
  });
});
