import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { deploySteps } from '#bin/deploy.ts';

type Ended = { code: number; out: string; err: string };

/** Runs the command with no AWS credentials within reach. */
const deploy = (...argv: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = {
      PATH: process.env.PATH,
      HOME: '/nowhere',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'eu-west-1',
    };
    execFile(process.execPath, ['bin/deploy.ts', ...argv], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

test('without credentials it says what is missing and starts nothing', async () => {
  const { code, out, err } = await deploy();
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('Deploying needs AWS credentials and a region: Could not load credentials');
  expect(err).toContain('npx cdk bootstrap');
});

test('a dry run shows the steps, with the options handed on, and needs no credentials', async () => {
  const { code, out } = await deploy('--dry-run', '--profile', 'work', '--require-approval', 'never');
  expect(code).toBe(0);
  expect(out).toMatch(
    /^1\. .*\n {3}\S*cdk deploy --all --require-approval never\n2\. .*\n.*admin\.ts bootstrap\n$/,
  );
});

test('help tells the options', async () => {
  const { code, out } = await deploy('--help');
  expect(code).toBe(0);
  expect(out).toContain('--dry-run');
});

test('the programs that it runs are there', () => {
  for (const { command } of deploySteps([])) {
    for (const file of command.filter((word) => word.startsWith('/'))) expect(existsSync(file)).toBe(true);
  }
});
