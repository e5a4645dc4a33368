import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { FunctionDescription } from '#bin/local/lambda/describe-functions.ts';
import { LocalFunctions } from '#bin/local/lambda/local-functions.ts';

const FIXTURES = resolve(import.meta.dirname, '../fixtures/functions');

const describeFunction = (label: string, more: Partial<FunctionDescription> = {}): FunctionDescription => ({
  name: `Stack-${label}`,
  label,
  arn: `arn:aws:lambda:us-east-1:000000000000:function:Stack-${label}`,
  folder: FIXTURES,
  handler: 'index.handler',
  environment: { GREETING: 'hello' },
  timeoutMs: 10_000,
  memoryMb: 128,
  ...more,
});

const dir = await mkdtemp(join(tmpdir(), 'slugline-functions-'));
const shown: string[] = [];
const functions = await LocalFunctions.open({
  descriptions: [
    describeFunction('plain'),
    describeFunction('hasty', { timeoutMs: 300 }),
    describeFunction('single', { reservedConcurrency: 1 }),
    describeFunction('streaming', { handler: 'index.streaming' }),
    describeFunction('hasty-streaming', { handler: 'index.streaming', timeoutMs: 1000 }),
    describeFunction('broken', { handler: 'broken.handler' }),
    describeFunction('missing', { handler: 'nowhere.handler' }),
    describeFunction('nameless', { handler: 'index.nothing' }),
  ],
  shared: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' },
  logDir: dir,
  show: (line) => shown.push(line),
});

afterAll(async () => {
  await functions.stop(0);
  await rm(dir, { recursive: true });
});

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('errors', () => {
  test('what the handler throws is the error of the invocation, and the process goes on', async () => {
    const before = (await functions.invoke('plain', { do: 'answer' })) as { pid: number };
    await expect(functions.invoke('plain', { do: 'throw' })).rejects.toMatchObject({
      errorType: 'TypeError',
      message: 'thrown on purpose',
    });
    const after = (await functions.invoke('plain', { do: 'answer' })) as { pid: number };
    expect(after.pid).toBe(before.pid);
    expect(shown.some((line) => line.startsWith('plain: Invoke Error'))).toBe(true);
  });

  test('a process that exits is an error, and the next event finds a new one', async () => {
    await expect(functions.invoke('single', { do: 'exit' })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      message: expect.stringContaining('exit status 7'),
    });
    await expect(functions.invoke('single', { do: 'answer' })).resolves.toMatchObject({
      event: { do: 'answer' },
    });
  });

  test('a rejection that nobody handles is reported and ends the process', async () => {
    await expect(functions.invoke('single', { do: 'reject' })).rejects.toMatchObject({
      errorType: 'RangeError',
    });
  });

  test.each(['hang', 'spin'])('a handler that takes too long (%s) is killed', async (what) => {
    await expect(functions.invoke('hasty', { do: what })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: expect.stringContaining('Task timed out after 0.30 seconds'),
    });
    expect(functions.pids('hasty')).toEqual([]);
    expect(shown.some((line) => /^hasty: Runtime Error .*timed out/.test(line))).toBe(true);
  });

  test('a heap beyond the memory of the function ends the process', async () => {
    await expect(functions.invoke('single', { do: 'hoard' })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
    });
  });

  test('an answer above 6 MB is an error', async () => {
    await expect(functions.invoke('plain', { do: 'large', bytes: 6 * 1024 * 1024 })).rejects.toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  test.each([
    ['broken', 'SyntaxError'],
    ['missing', 'Runtime.ImportModuleError'],
    ['nameless', 'Runtime.HandlerNotFound'],
  ])(
    'a bundle that cannot be loaded (%s) fails the invocation that waits for it',
    async (label, errorType) => {
      await expect(functions.invoke(label, {})).rejects.toMatchObject({ errorType });
    },
  );

  test('killing a function fails what it has in hand', async () => {
    const waiting = functions.invoke('single', { do: 'hang' });
    const failed = expect(waiting).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    while (!shown.some((line) => /^single: .*hanging/.test(line))) await setImmediate();
    const pids = functions.pids('single');
    expect(await functions.kill('single')).toBe(1);
    await failed;
    expect(pids.some(alive)).toBe(false);
  });

  test('an unknown function is refused with the names of those there are', () => {
    expect(() => functions.find('nobody')).toThrow(/no function nobody; there are: plain, hasty/);
  });
});

describe('surroundings', () => {
  test('a function sees the variables of its template and of the runtime, and nothing of ours', async () => {
    const environment = (await functions.invoke('plain', { do: 'environment' })) as Record<string, string>;
    expect(environment).toMatchObject({
      GREETING: 'hello',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Stack-plain',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
      LAMBDA_TASK_ROOT: FIXTURES,
      TZ: ':UTC',
    });
    expect(environment).not.toHaveProperty('HOME');
    expect(environment).not.toHaveProperty('JEST_WORKER_ID');
  });

  test('the context tells the request, the function and the time that is left', async () => {
    const { context } = (await functions.invoke('single', { do: 'answer' })) as {
      context: Record<string, unknown>;
    };
    expect(context).toMatchObject({
      functionName: 'Stack-single',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Stack-single',
    });
    expect(context.remainingMs).toBeGreaterThan(0);
    expect(context.remainingMs).toBeLessThanOrEqual(10_000);
  });

  test('output goes to the log of the function, warnings also to the terminal', async () => {
    const warning = JSON.stringify({ level: 'WARN', message: 'look here' });
    await functions.invoke('single', { do: 'log', line: 'just a line' });
    await functions.invoke('single', { do: 'log', line: warning });
    while (!shown.includes(`single: ${warning}`)) await setImmediate();
    expect(shown.join()).not.toContain('just a line');
    const read = () => readFile(join(dir, 'single.log'), 'utf8');
    while (!(await read()).includes(warning)) await setImmediate();
    expect(await read()).toContain('just a line\n');
  });
});

describe('concurrency', () => {
  test('events at once run in processes of their own', async () => {
    const invocations = [1, 2, 3].map(() => functions.invoke('plain', { do: 'hang' }));
    const failed = Promise.allSettled(invocations);
    while (shown.filter((line) => /^plain: .*hanging/.test(line)).length < 3) await setImmediate();
    expect(new Set(functions.pids('plain')).size).toBeGreaterThanOrEqual(3);
    await functions.kill('plain');
    expect((await failed).every(({ status }) => status === 'rejected')).toBe(true);
  });

  test('reserved concurrency makes events wait for each other', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => functions.invoke('single', { do: 'wait', ms: 20 })),
    );
    expect(new Set(answers.map((answer) => (answer as { pid: number }).pid)).size).toBe(1);
  });
});

describe('streams', () => {
  const open = (event: object, label = 'streaming') => functions.find(label).open(event);

  test('an error before the first byte is the error of the invocation', async () => {
    await expect(open({ do: 'throw' })).rejects.toMatchObject({ errorType: 'TypeError' });
  });

  test('an error after the first byte breaks the stream', async () => {
    const { body } = await open({ do: 'break' });
    await expect(text(body)).rejects.toMatchObject({ message: 'broke in the middle' });
  });

  test('a process that dies in the middle breaks the stream', async () => {
    const { body } = await open({ do: 'exit', pauseMs: 50 });
    await expect(text(body)).rejects.toThrow();
  });

  test('a timeout in the middle breaks the stream', async () => {
    const { body } = await open({ pauseMs: 3_600_000 }, 'hasty-streaming');
    await expect(text(body)).rejects.toThrow();
  });

  test('the head of the answer comes before its body, and the first bytes before the last are written', async () => {
    const { contentType, body } = await open({ chunks: ['first', 'second'], pauseMs: 200 });
    expect(contentType).toBe('application/vnd.awslambda.http-integration-response');
    const all = await text(body);
    const [prelude = '', rest] = all.split('\0'.repeat(8));
    expect(JSON.parse(prelude)).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'text/plain' },
      cookies: ['a=1', 'b=2'],
    });
    expect(rest).toBe('firstsecond');
  });

  test('a reader that goes away leaves the function to finish', async () => {
    const chunks = Array.from({ length: 200 }, () => 'x'.repeat(10_000));
    const { body } = await open({ chunks });
    for await (const _ of body) break;
    const again = await open({ chunks: ['still here'] });
    expect(await text(again.body)).toContain('still here');
  });
});
