/** `npm run deploy`: bundles, deploys both stacks with the CDK, then makes the first workspace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';

const ROOT = resolve(import.meta.dirname, '..');

/** One program to run, with what it is for. */
export type Step = { title: string; command: readonly [string, ...string[]] };

/**
 * What a deployment runs, in order. The app of the CDK bundles the functions before it synthesizes.
 * @param args  handed on to `cdk deploy`
 */
export const deploySteps = (args: readonly string[]): Step[] => [
  {
    title: 'Bundle the functions, deploy SluglineData and SluglineService',
    command: [join(ROOT, 'node_modules/.bin/cdk'), 'deploy', '--all', ...args],
  },
  {
    title: 'Make the first workspace, unless it is there',
    command: [process.execPath, join(ROOT, 'bin/admin.ts'), 'bootstrap'],
  },
];

const HELP = `Usage: npm run deploy -- [--dry-run] [options of "cdk deploy"]

Deploys to the account and region of your AWS credentials (AWS_PROFILE, AWS_REGION), then makes the first
workspace, its short domain and its key, which is printed this once. Run again it upgrades what is there.

  --dry-run         shows the steps and does nothing
  --profile <name>  the AWS profile, for all steps

Useful options of "cdk deploy": --require-approval never, --context shortDomains=…, --context certificateArn=…`;

/** @returns the exit code: 0 done, 1 a step failed or the credentials are missing */
async function deploy(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) return say(HELP, 0);
  const { profile, args } = withoutProfile(argv.filter((arg) => arg !== '--dry-run'));
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // The CDK takes either name, the SDK only the first.
  if (process.env.AWS_DEFAULT_REGION) process.env.AWS_REGION ??= process.env.AWS_DEFAULT_REGION;
  const steps = deploySteps(args);
  if (argv.includes('--dry-run')) {
    return say(
      steps.map(({ title, command }, n) => `${n + 1}. ${title}\n   ${command.join(' ')}`).join('\n'),
      0,
    );
  }
  const missing = await missingCredentials();
  if (missing !== undefined) return say(missing, 1);
  for (const step of steps) {
    console.log(`\n${step.title}`);
    const code = await run(step);
    if (code !== 0) return say(`\nStopped: "${step.title}" ended with ${code}. It is safe to run again.`, 1);
  }
  return 0;
}

function withoutProfile(argv: readonly string[]): { profile: string | undefined; args: string[] } {
  const at = argv.indexOf('--profile');
  return at < 0
    ? { profile: undefined, args: [...argv] }
    : { profile: argv[at + 1], args: [...argv.slice(0, at), ...argv.slice(at + 2)] };
}

/** A sentence for people when credentials or region cannot be had; deploying would fail much later. */
async function missingCredentials(): Promise<string | undefined> {
  const client = new CloudFormationClient({});
  try {
    await client.config.credentials();
    await client.config.region();
    return undefined;
  } catch (error) {
    return [
      `Deploying needs AWS credentials and a region: ${(error as Error).message}.`,
      'Sign in (for example: aws sso login) and set AWS_PROFILE and AWS_REGION, or pass --profile.',
      'A new account and region also needs, once: npx cdk bootstrap',
      'To look around without AWS: npm start',
    ].join('\n');
  } finally {
    client.destroy();
  }
}

async function run({ command: [program, ...args] }: Step): Promise<number> {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

function say(text: string, code: number): number {
  (code === 0 ? console.log : console.error)(text);
  return code;
}

if (import.meta.main) process.exitCode = await deploy(process.argv.slice(2));
