import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFunctions } from '#bin/build.ts';
import { OWN_METRICS } from '#lib/own-metrics.ts';
import { VARIABLES } from '#shared/env.ts';
import { FOLDERS, FUNCTION_NAMES, type FunctionName, functionNamed, synthesize } from './synthesized.ts';

const { service } = synthesize();
let bundles: string;

beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), 'slugline-environment-'));
  await buildFunctions({ to: join(bundles, 'functions') });
});

afterAll(() => rmSync(bundles, { recursive: true, force: true }));

/** A function's variables as a deployment with the default parameters has them; other references become a word. */
function environmentOf(name: FunctionName): Record<string, string> {
  const variables: Record<string, string | { Ref?: string }> = functionNamed(service, name)[1].Properties
    .Environment.Variables;
  return Object.fromEntries(
    Object.entries(variables).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      const parameter = service.Parameters[value.Ref ?? ''];
      return [key, parameter ? String(parameter.Default) : 'placeholder'];
    }),
  );
}

// The runtime's global by which a handler asks to stream its answer.
const LOAD = `
  globalThis.awslambda = { streamifyResponse: (handler) => handler };
  const { handler } = await import(process.argv[1]);
  if (typeof handler !== 'function') throw new Error('it exports no handler');
`;

/** Loads a bundle as Lambda does, in a process with that environment alone. */
function load(
  name: FunctionName,
  environment: Record<string, string>,
): { ended: number | null; said: string } {
  const bundle = pathToFileURL(join(bundles, 'functions', FOLDERS[name], 'index.mjs')).href;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', LOAD, bundle], {
    env: { AWS_REGION: 'eu-west-1', ...environment },
    encoding: 'utf8',
  });
  return { ended: status, said: stderr };
}

describe.each(FUNCTION_NAMES)('the function %s', (name) => {
  const environment = environmentOf(name);
  const isOurs = (variable: string): boolean => (VARIABLES as readonly string[]).includes(variable);

  test('does not start without its variables, and names each of them at once', () => {
    const others = Object.entries(environment).filter(([variable]) => !isOurs(variable));
    const { ended, said } = load(name, Object.fromEntries(others));
    expect(ended).not.toBe(0);
    const missing = /missing environment variables: ([A-Z_, ]+)/.exec(said)?.[1]?.split(', ');
    expect(missing?.toSorted()).toEqual(Object.keys(environment).filter(isOurs).toSorted());
  });

  test('starts with exactly the environment that its template gives it', () => {
    expect(load(name, environment)).toEqual({ ended: 0, said: '' });
  });
});

test.each(Object.values(OWN_METRICS))(
  '$metricName is written by the functions whose alarm looks for it, and by no others',
  ({ metricName, functions }) => {
    const writers = FUNCTION_NAMES.filter((name) =>
      readFileSync(join(bundles, 'functions', FOLDERS[name], 'index.mjs'), 'utf8').includes(
        `"${metricName}"`,
      ),
    );
    expect(writers.toSorted()).toEqual([...functions].toSorted());
  },
);
