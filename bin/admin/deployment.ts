import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { readEndpointsFile } from '../local/endpoints-file.ts';
import { AdminError } from './admin-error.ts';

/** What the service stack tells about itself, as far as commands need it. */
const OUTPUTS = [
  'ApiUrl',
  'ShortUrl',
  'ShortDomain',
  'WorkspacesTable',
  'LinksTable',
  'ClicksTable',
  'JobsTable',
  'FilesBucket',
  'ShortUrlPattern',
  'HorizonInSeconds',
] as const;
export type Outputs = Record<(typeof OUTPUTS)[number], string>;

/** A deployment that commands work on. */
export type Deployment = {
  /** For people: `the stack SluglineService in eu-west-1`. */
  name: string;
  laptop: boolean;
  outputs: Outputs;
};

/** Where to look: `local` names the folder of a local stack. */
export type DeploymentOptions = { stack: string; region: string | undefined; local: string | undefined };

/** Finds the local stack or the deployed one. @throws AdminError when there is none, or no credentials */
export const findDeployment = ({ stack, region, local }: DeploymentOptions): Promise<Deployment> =>
  local === undefined ? deployedStack(stack, region) : localStack(local);

/**
 * A local stack, by the file that it keeps beside its data. The AWS clients that are made from here on reach its
 * emulators.
 */
async function localStack(dir: string): Promise<Deployment> {
  const file = await readEndpointsFile(dir);
  if (file === undefined) throw new AdminError(`No local stack runs in ${dir}; start one with: npm start`);
  const { environment, outputs } = file;
  Object.assign(process.env, environment);
  const name = `the local stack in ${dir}`;
  return { name, laptop: true, outputs: checked(outputs, name) };
}

async function deployedStack(stack: string, region: string | undefined): Promise<Deployment> {
  if (region !== undefined) process.env.AWS_REGION = region;
  const client = new CloudFormationClient({});
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const found = Stacks?.[0]?.Outputs ?? [];
    const outputs = Object.fromEntries(
      found.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? '']),
    );
    const name = `the stack ${stack} in ${await client.config.region()}`;
    return { name, laptop: false, outputs: checked(outputs, name) };
  } catch (error) {
    throw missing(error, stack);
  } finally {
    client.destroy();
  }
}

function checked(outputs: Record<string, string>, name: string): Outputs {
  const lacking = OUTPUTS.filter((output) => !outputs[output]);
  if (lacking.length > 0)
    throw new AdminError(`${name} lacks the outputs ${lacking.join(', ')}; deploy it again.`);
  return outputs as Outputs;
}

const LOCAL_HINT = 'For the local stack add --local.';

/** Words for the failures that a newcomer meets; anything else stays as it is. */
function missing(error: unknown, stack: string): unknown {
  const { name, message } = error as Error;
  if (name === 'CredentialsProviderError' || name === 'UnrecognizedClientException') {
    return new AdminError(`There are no valid AWS credentials (${message}). ${LOCAL_HINT}`, {
      cause: error,
    });
  }
  if (/region is missing/i.test(message)) {
    return new AdminError(`No AWS region is set; add --region, or set AWS_REGION. ${LOCAL_HINT}`, {
      cause: error,
    });
  }
  if (name === 'ValidationError' && /does not exist/.test(message)) {
    return new AdminError(
      `There is no stack ${stack} in this account and region; deploy it with npm run deploy, or name it with --stack. ${LOCAL_HINT}`,
      { cause: error },
    );
  }
  return error;
}
