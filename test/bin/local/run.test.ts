import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalFile } from '#bin/local/local-file.ts';

const SCRIPT = resolve(import.meta.dirname, 'fixtures/run-fixture.ts');

const dirs: string[] = [];
const runs: ChildProcess[] = [];
const newDir = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'slugline-run-'));
  dirs.push(dir);
  return dir;
};

afterEach(async () => {
  for (const run of runs.splice(0)) run.kill('SIGKILL');
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true });
});

interface Run {
  process: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  exited: Promise<[code: number | null, signal: string | null]>;
}

function start(dir: string, environment: Record<string, string> = {}): Run {
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_SQS, ...inherited } = process.env;
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...inherited, SLUGLINE_DIR: dir, PORT: '0', SHORT_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal gives to each command.
    detached: true,
  });
  runs.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  return { process: child, output: () => output, exited: once(child, 'exit') as Run['exited'] };
}

/** Waits for words in the output; the test's own timeout is the limit. */
async function printed(run: Run, words: string): Promise<void> {
  while (!run.output().includes(words)) {
    if (run.process.exitCode !== null) throw new Error(`ended without '${words}':\n${run.output()}`);
    await delay(10);
  }
}

async function ready(run: Run, dir: string): Promise<LocalFile> {
  await printed(run, 'Ctrl-C stops it');
  return JSON.parse(await readFile(join(dir, 'local.json'), 'utf8')) as LocalFile;
}

/** All processes that descend from this one. */
function descendantsOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.filter(([, parent]) => parent === pid).map(([child]) => child!);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Waits until none of the processes is there any more. */
async function allGone(pids: number[]): Promise<void> {
  while (pids.some(isAlive)) await delay(10);
}

describe('refusals', () => {
  test.each([
    ['PORT', 'the API'],
    ['SHORT_PORT', 'the short domain'],
  ])('a port that is taken is named, with the variable that moves it (%s)', async (variable, purpose) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const dir = await newDir();
    const run = start(dir, { [variable]: String(port) });
    expect(await run.exited).toEqual([1, null]);
    expect(run.output()).toBe(
      `Slugline could not start: port ${port}, wanted for ${purpose}, is taken by another program; ` +
        `set ${variable} to a free one\n`,
    );
    await expect(stat(join(dir, 'lock.sqlite.pid'))).rejects.toThrow('ENOENT');
    server.close();
  });

  test('what is no port is named', async () => {
    const run = start(await newDir(), { PORT: 'http' });
    expect(await run.exited).toEqual([1, null]);
    expect(run.output()).toContain("PORT is 'http'; it must be a port from 0 to 65535");
  });

  test('a data directory in use is refused, and the stack that has it goes on', async () => {
    const dir = await newDir();
    const first = start(dir);
    const { apiUrl } = await ready(first, dir);
    const second = start(dir);
    expect(await second.exited).toEqual([1, null]);
    expect(second.output()).toContain(
      `is in use by the local stack that runs as process ${first.process.pid}.`,
    );
    expect((await fetch(`${apiUrl}/echo`)).status).toBe(200);
  });
});

test('SIGTERM lets a request in hand finish, ends every process and exits with 0', async () => {
  const dir = await newDir();
  const run = start(dir);
  const { apiUrl } = await ready(run, dir);
  await fetch(`${apiUrl}/echo`);
  const waiting = fetch(`${apiUrl}/wait`).then((response) => response.text());
  await printed(run, 'waiting');
  const descendants = descendantsOf(run.process.pid!);
  expect(descendants.length).toBeGreaterThanOrEqual(3);
  run.process.kill('SIGTERM');
  expect(await waiting).toBe('waited');
  expect(await run.exited).toEqual([0, null]);
  expect(descendants.filter(isAlive)).toEqual([]);
  await expect(stat(join(dir, 'lock.sqlite.pid'))).rejects.toThrow('ENOENT');
});

test('Ctrl-C, which reaches every process of the group, ends the stack as orderly', async () => {
  const dir = await newDir();
  const run = start(dir);
  const { apiUrl } = await ready(run, dir);
  const waiting = fetch(`${apiUrl}/wait`).then((response) => response.text());
  await printed(run, 'waiting');
  process.kill(-run.process.pid!, 'SIGINT');
  expect(await waiting).toBe('waited');
  expect(await run.exited).toEqual([0, null]);
});

test('endpoints in the environment take the place of the emulators', async () => {
  const dir = await newDir();
  const run = start(dir, {
    AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB!,
    AWS_ENDPOINT_URL_S3: process.env.AWS_ENDPOINT_URL_S3!,
    AWS_ENDPOINT_URL_SQS: process.env.AWS_ENDPOINT_URL_SQS!,
  });
  const { apiUrl } = await ready(run, dir);
  const { environment } = (await (await fetch(`${apiUrl}/echo`)).json()) as {
    environment: NodeJS.ProcessEnv;
  };
  for (const name of ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_SQS'])
    expect(environment[name]).toBe(process.env[name]);
  await expect(stat(join(dir, 'dynamodb'))).rejects.toThrow('ENOENT');
  await expect(stat(join(dir, 'sqs'))).rejects.toThrow('ENOENT');
});

test('kill -9 leaves no process behind, not even one in an endless loop, and the data is kept', async () => {
  const dir = await newDir();
  const run = start(dir);
  const before = await ready(run, dir);
  const cut = fetch(`${before.apiUrl}/spin`).catch(() => 'cut off');
  await printed(run, 'spinning');
  const descendants = descendantsOf(run.process.pid!);
  run.process.kill('SIGKILL');
  expect(await cut).toBe('cut off');
  await allGone(descendants);

  const again = start(dir);
  const after = await ready(again, dir);
  const { workspaceId, domainId, apiKey, conversionSecret } = before;
  expect(after).toMatchObject({ workspaceId, domainId, apiKey, conversionSecret });
  expect(after.sessionToken).not.toBe('');
});

test('local.json is for its owner only; without it key and secret are made anew, for the same workspace', async () => {
  const dir = await newDir();
  const first = start(dir);
  const before = await ready(first, dir);
  expect((await stat(join(dir, 'local.json'))).mode & 0o777).toBe(0o600);
  first.process.kill('SIGTERM');
  await first.exited;

  await rm(join(dir, 'local.json'));
  const after = await ready(start(dir), dir);
  expect(after.workspaceId).toBe(before.workspaceId);
  expect(after.apiKey).not.toBe(before.apiKey);
  expect(after.conversionSecret).not.toBe(before.conversionSecret);
});

test('a process id that a killed stack left in its directory counts for nothing, though it lives on as something else', async () => {
  const dir = await newDir();
  await writeFile(join(dir, 'lock.sqlite.pid'), String(process.pid));
  await ready(start(dir), dir);
});
