import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const FILES = globSync('{bin,lib,functions,shared}/**/*.ts', { cwd: root }).sort();

type Import = { file: string; target: string; typeOnly: boolean };

/** Every import of a file, relative and `#` ones as paths from the root. */
function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/^(?:import|export)\s+(type\s+)?[^;'"]*?(?:from\s+)?'([^']+)'/gm)].map(
    ([, typeOnly, target]) => ({ file, target: resolve(file, target!), typeOnly: typeOnly !== undefined }),
  );
}

function resolve(file: string, target: string): string {
  if (target.startsWith('#')) return target.slice(1);
  return target.startsWith('.') ? relative('.', join(dirname(file), target)) : target;
}

const IMPORTS = FILES.flatMap(importsOf);
/** What the stores in memory stand in for. */
const TWINNED = new Set(
  globSync('test/support/memory/*.ts', { cwd: root })
    .flatMap(importsOf)
    .map(({ target }) => target),
);
const SERVICE_SUFFIX = /\.(dynamodb|sqs|s3|ses)\.ts$/;

const offenders = (files: readonly string[], isWrong: (source: string) => boolean): string[] =>
  files.filter((file) => isWrong(readFileSync(join(root, file), 'utf8')));

test('the files are found and their imports are read', () => {
  expect(FILES.length).toBeGreaterThan(50);
  expect(IMPORTS).toContainEqual({
    file: 'functions/http/router.ts',
    target: 'shared/problem.ts',
    typeOnly: false,
  });
});

test('what talks to AWS carries the service as its suffix', () => {
  const wrong = IMPORTS.filter(
    ({ file, target, typeOnly }) =>
      file.startsWith('shared/') &&
      target.startsWith('@aws-sdk/') &&
      !typeOnly &&
      !SERVICE_SUFFIX.test(file) &&
      file !== 'shared/aws.ts',
  );
  expect(wrong).toEqual([]);
});

test('what puts adapters together carries their service too; everything else in shared is pure', () => {
  const wrong = IMPORTS.filter(
    ({ file, target, typeOnly }) =>
      file.startsWith('shared/') && !typeOnly && SERVICE_SUFFIX.test(target) && !SERVICE_SUFFIX.test(file),
  );
  expect(wrong).toEqual([]);
});

test('shared code knows neither functions nor stacks nor commands', () => {
  const wrong = IMPORTS.filter(
    ({ file, target }) => file.startsWith('shared/') && /^(functions|lib|bin|test)\//.test(target),
  );
  expect(wrong).toEqual([]);
});

test('exports know links, clicks, qr and dialects, never the other way round', () => {
  const wrong = IMPORTS.filter(
    ({ file, target }) =>
      file.startsWith('shared/') &&
      !file.startsWith('shared/exports/') &&
      target.startsWith('shared/exports/'),
  );
  expect(wrong).toEqual([]);
});

/** Rooms, and those that they must not know. */
const CLOSED_DOORS: [room: string, closed: readonly string[]][] = [
  // The frame of every HTTP function knows none of them.
  ['functions/http/', ['functions/api/', 'functions/stream/']],
  ['functions/stream/', ['functions/api/']],
  // What is counted and told follows from what is recorded, never back; erasure stands above all of it.
  ['shared/clicks/', ['shared/feed/', 'shared/roll-ups/', 'shared/conversions/', 'shared/erasure/']],
  // A code is a picture of a text: what texts and whose they are is not its business. Presets stand above.
  ...['drawing', 'logo', 'png', 'style', 'symbol', 'typeface'].map((room): [string, string[]] => [
    `shared/qr/${room}/`,
    ['shared/clicks/', 'shared/links/', 'shared/workspaces/', 'shared/dialects/', 'shared/qr/presets/'],
  ]),
  ['shared/feed/', ['shared/roll-ups/', 'shared/conversions/']],
  ['shared/dynamodb/', ['shared/clicks/', 'shared/links/', 'shared/exports/', 'shared/workspaces/']],
  // The engine knows no kind by name; records and files know no engine.
  ['shared/exports/jobs/', ['shared/exports/engine/', 'shared/exports/files/', 'shared/exports/kinds/']],
  ['shared/exports/files/', ['shared/exports/engine/', 'shared/exports/kinds/']],
  ['shared/exports/engine/', ['shared/exports/kinds/']],
];

test.each(CLOSED_DOORS)('%s knows none of %j', (room, closed) => {
  const wrong = IMPORTS.filter(
    ({ file, target }) => file.startsWith(room) && closed.some((other) => target.startsWith(other)),
  );
  expect(wrong).toEqual([]);
});

test('nothing but tests and commands reaches into the local stack, and production code imports no test', () => {
  const wrong = IMPORTS.filter(
    ({ file, target }) =>
      (/^(functions|shared)\//.test(file) && target.startsWith('bin/')) || target.startsWith('test/'),
  );
  expect(wrong).toEqual([]);
});

/** The world, and the few files beside an index.ts that may touch it. */
const WORLD: [what: string, pattern: RegExp, besides: readonly string[]][] = [
  ['clock', /\bDate\.now\b|new Date\(\)|\bperformance\.now\b/, []],
  ['environment', /\bprocess\.env\b/, ['shared/env.ts', 'shared/aws.ts', 'shared/aws-json.ts']],
  ['new ids', /\brandomUUID\b|\bgetRandomValues\b|from 'ulid'|from 'uuid'/, ['shared/ids.ts']],
  // The jitter of a wait: nothing that is stored or answered depends on it.
  ['chance', /\bMath\.random\b/, ['shared/retry.ts']],
  ['SDK clients', /new (DynamoDB|S3|SQS|SES\w*)Client\(/, ['shared/aws.ts']],
];

test.each(WORLD)('%s: met in index.ts only', (_what, pattern, besides) => {
  const inner = FILES.filter(
    (file) => /^(functions|shared)\//.test(file) && !file.endsWith('/index.ts') && !besides.includes(file),
  );
  expect(offenders(inner, (source) => pattern.test(source))).toEqual([]);
  // An exception that nothing needs any more is one to take back.
  expect(offenders(besides, (source) => !pattern.test(source))).toEqual([]);
});

/** The dialects beside the native one, by their folders. */
const FOREIGN = readdirSync(join(root, 'shared/dialects')).filter((name) => !/\.ts$|^nimriz$/.test(name));

/** The dialects' folders, and the files of their routes. */
const isForeign = (file: string): boolean =>
  file.startsWith('shared/dialects/') || FOREIGN.some((name) => file === `functions/api/${name}.ts`);

test('a dialect is known by name to its folder, its routes and the registry alone', () => {
  // A scope that keys have been given, and an entitlement of plans.
  const stored = ['shared/workspaces/workspace.ts', 'shared/workspaces/plans.ts'];
  const others = FILES.filter(
    (file) => !isForeign(file) && !file.startsWith('functions/stream/') && !stored.includes(file),
  );
  expect(offenders(others, (source) => new RegExp(FOREIGN.join('|'), 'i').test(source))).toEqual([]);
  expect(offenders(stored, (source) => !/ulink/i.test(source))).toEqual([]);
});

/** The folder of a dialect that a file lies in. */
const dialectOf = (file: string): string | undefined => /^shared\/dialects\/([^/]+)\//.exec(file)?.[1];

test('a dialect knows neither another one nor the registry', () => {
  const wrong = IMPORTS.filter(
    ({ file, target }) =>
      dialectOf(file) !== undefined &&
      (target === 'shared/dialects/dialects.ts' ||
        (dialectOf(target) !== undefined && dialectOf(target) !== dialectOf(file))),
  );
  expect(wrong).toEqual([]);
});

test('what the dialects put into words knows none of them', () => {
  const wrong = IMPORTS.filter(
    ({ file, target }) =>
      file.startsWith('shared/') &&
      !/^shared\/(dialects|exports\/kinds)\//.test(file) &&
      target.startsWith('shared/dialects/'),
  );
  expect(wrong).toEqual([]);
});

test("a vendor's word stays in its dialect", () => {
  const core = FILES.filter((file) => /^(shared|functions)\//.test(file) && !isForeign(file));
  const words = /\b(bitlinks?|group_guid|projectId|shortUrlId|nextSince|afterEventId|downloadUrl)\b/;
  expect(offenders(core, (source) => words.test(source))).toEqual([]);
});

/** The first circle in a graph, as what stands on it. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const circleFrom = (node: string): string[] | undefined => {
    if (state.get(node) === 'done') return undefined;
    if (state.get(node) === 'open') return [...path.slice(path.indexOf(node)), node];
    state.set(node, 'open');
    path.push(node);
    for (const target of graph.get(node) ?? []) {
      const circle = circleFrom(target);
      if (circle) return circle;
    }
    path.pop();
    state.set(node, 'done');
    return undefined;
  };
  return [...graph.keys()].map(circleFrom).find((circle) => circle !== undefined);
}

/** Which names import which, once files are called by their names. */
const graphOf = (imports: readonly Import[], name: (file: string) => string) =>
  new Map(
    [...Map.groupBy(imports, ({ file }) => name(file))].map(([node, of]) => [
      node,
      [...new Set(of.map(({ target }) => name(target)))].filter((target) => target !== node),
    ]),
  );

const INNER = IMPORTS.filter(({ target }) => FILES.includes(target));

test('the imports run in no circle, those of types included', () => {
  expect(circleIn(graphOf(INNER, (file) => file))).toBeUndefined();
});

test('no two rooms of shared lead into each other, by whatever way round', () => {
  /** `shared/links/` with all that is in it; of the exports each room for itself. */
  const room = (file: string): string => /^shared\/(exports\/)?[^/]+\//.exec(file)![0];
  const between = INNER.filter(({ file, target }) =>
    [file, target].every((path) => /^shared\/[^/]+\//.test(path)),
  );
  expect(circleIn(graphOf(between, room))).toBeUndefined();
});

test('tests lie where what they test lies', () => {
  const tests = globSync('test/{bin,functions,lib,shared}/**/*.test.ts', { cwd: root });
  const folders = new Set(FILES.map((file) => dirname(file)));
  // A noun's routes lie below; what is tested of all of them, beside.
  const beside = (folder: string): boolean => [...folders].some((inner) => inner.startsWith(`${folder}/`));
  const mirrored = tests.map((file) => dirname(relative('test', file)));
  expect(mirrored.filter((folder) => !folders.has(folder) && !beside(folder))).toEqual([]);
});

const lines = (source: string): number => source.trimEnd().split('\n').length;

test('no file grows past 300 lines', () => {
  expect(offenders(FILES, (source) => lines(source) > 300)).toEqual([]);
});

test('no file is there for one short type, but for a port of several adapters', () => {
  // A value that is exported, whatever its kind: a constant, a function, a class, or what another file has.
  const value = /^export (?!type\b|interface\b)/m;
  /** The adapter stands beside the port, and its twin in the tests is the other one. */
  const isPort = (file: string): boolean =>
    globSync(file.replace(/\.ts$/, '.{dynamodb,s3,sqs,ses}.ts'), { cwd: root }).length > 0 &&
    TWINNED.has(file);
  const short = FILES.filter((file) => /^(shared|functions)\//.test(file) && !isPort(file));
  expect(offenders(short, (source) => !value.test(source) && lines(source) < 20)).toEqual([]);
});
