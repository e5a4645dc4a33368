import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDeployment } from '#bin/admin/deployment.ts';
import { writeEndpointsFile } from '#bin/local/endpoints-file.ts';

const OUTPUTS = {
  ApiUrl: 'https://api.example.com',
  ShortUrl: 'https://go.example.com',
  ShortDomain: 'go.example.com',
  WorkspacesTable: 'workspaces-1',
  LinksTable: 'links-1',
  ClicksTable: 'clicks-1',
  JobsTable: 'jobs-1',
  FilesBucket: 'files-1',
  ShortUrlPattern: 'https://{domain}',
  HorizonInSeconds: '60',
};
const deployed = { stack: 'SluglineService', region: 'eu-west-1', local: undefined };
const before = { ...process.env };

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** A CloudFormation that answers every call so. */
async function openCloudFormation(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk) => asked.push(String(chunk)));
    request.on('end', () => response.writeHead(status, { 'content-type': 'text/xml' }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = `http://127.0.0.1:${port}`;
  return {
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const stackWith = (outputs: Record<string, string>) =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName>
   <CreationTime>2030-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${Object.entries(
     outputs,
   )
     .map(([k, v]) => `<member><OutputKey>${k}</OutputKey><OutputValue>${v}</OutputValue></member>`)
     .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

describe('a deployed stack', () => {
  test('is known by its outputs', async () => {
    await using cloudFormation = await openCloudFormation(200, stackWith(OUTPUTS));
    expect(await findDeployment(deployed)).toEqual({
      name: 'the stack SluglineService in eu-west-1',
      laptop: false,
      outputs: OUTPUTS,
    });
    expect(cloudFormation.asked.join()).toContain('StackName=SluglineService');
  });

  test('without an output must be deployed again', async () => {
    const { ShortDomain: _gone, ...rest } = OUTPUTS;
    await using _cloudFormation = await openCloudFormation(200, stackWith(rest));
    await expect(findDeployment(deployed)).rejects.toThrow('lacks the outputs ShortDomain; deploy it again');
  });

  test('that does not exist is told from a failure', async () => {
    await using _cloudFormation = await openCloudFormation(
      400,
      refusal('ValidationError', 'Stack with id SluglineService does not exist'),
    );
    await expect(findDeployment(deployed)).rejects.toThrow(
      'There is no stack SluglineService in this account and region; deploy it with npm run deploy',
    );
  });

  test('needs a region', async () => {
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    process.env.AWS_CONFIG_FILE = '/nowhere';
    await expect(findDeployment({ ...deployed, region: undefined })).rejects.toThrow('No AWS region is set');
  });

  test('needs credentials, and the local stack is offered instead', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
      delete process.env[name];
    Object.assign(process.env, {
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    await expect(findDeployment(deployed)).rejects.toThrow(/no valid AWS credentials .* add --local\./);
  });
});

describe('a local stack', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'slugline-admin-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('that does not run is not found', async () => {
    await expect(findDeployment({ ...deployed, local: dir })).rejects.toThrow(
      `No local stack runs in ${dir}; start one with: npm start`,
    );
  });

  test('is reached by the file that it keeps while it runs', async () => {
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    const remove = await writeEndpointsFile(dir, { environment, outputs: OUTPUTS });
    expect(await findDeployment({ ...deployed, local: dir })).toEqual({
      name: `the local stack in ${dir}`,
      laptop: true,
      outputs: OUTPUTS,
    });
    expect(process.env).toMatchObject(environment);
    await remove();
    await expect(findDeployment({ ...deployed, local: dir })).rejects.toThrow('No local stack runs');
  });
});
