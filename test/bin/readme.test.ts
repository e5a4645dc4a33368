import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { README, renderReadme } from '#bin/readme.ts';

const text = readFileSync(README, 'utf8');
const root = join(README, '..');

const FILES = globSync('{bin,lib,functions,shared,test}/**/*.{ts,mjs}', { cwd: root });
/** Every folder that holds a file, at whatever depth. */
const FOLDERS = [...new Set(FILES.flatMap(foldersOf))].sort();

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [...foldersOf(folder), folder];
}

/** A folder by its name, somewhere in a room. */
const within = (room: string, name: string): string =>
  FOLDERS.find((folder) => folder.startsWith(`${room}/`) && folder.endsWith(`/${name}`)) ?? `${room}/${name}`;

describe('the README', () => {
  test('has the routes and the runbook as the tables have them (npm run readme writes them)', () => {
    expect(renderReadme(text)).toBe(text);
  });

  test('names only files that are there', () => {
    const named = [...text.matchAll(/`((?:bin|lib|functions|shared|test)\/[\w./-]+)`/g)].map(
      ([, path]) => path!,
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names only files and folders that are there when it names the end of their paths', () => {
    const tails = [...FILES, ...FOLDERS.map((folder) => `${folder}/`)].map((path) => `/${path}`);
    /** A pattern, what a build makes, and what a running stack writes. */
    const made = /^x-store\.|^cdk\.out\/$|^logs\//;
    const named = [...text.matchAll(/`([\w-][\w./-]*(?:\.m?ts|\/))`/g)]
      .map(([, path]) => path!)
      .filter((path) => !made.test(path));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((path) => !tails.some((tail) => tail.endsWith(`/${path}`)))).toEqual([]);
  });

  test('names every room, each where it lies', () => {
    const map = text.slice(text.indexOf('Room by room:'), text.indexOf('What lies in `shared/` itself'));
    const rooms = [...map.matchAll(/^\| `([^`]+)\/` \|(.*)$/gm)].flatMap(([, room, words]) => [
      room!,
      ...[...words!.matchAll(/`([\w-]+)\/`/g)].map(([, inner]) => within(room!, inner!)),
      ...(/`<\w+>\/`/.test(words!) ? FOLDERS.filter((folder) => dirname(folder) === room) : []),
    ]);
    expect(rooms.filter((room) => !FOLDERS.includes(room))).toEqual([]);
    const mirrors = /^test\/(bin|functions|lib|shared)\b/;
    const unnamed = FOLDERS.filter((folder) => folder.includes('/') && !mirrors.test(folder));
    expect(unnamed.filter((folder) => !rooms.includes(folder))).toEqual([]);
  });

  test('names only npm scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script]) => script!);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test('tells what each dependency is for', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<string, object>;
    const names = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !name.startsWith('@types/'),
    );
    const short = (name: string) => name.replace(/^@(aws-sdk|aws-lambda-powertools|jest)\//, '');
    expect(
      names.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`\`${short(name)}\``)),
    ).toEqual([]);
  });

  test('marks that are missing are said', () => {
    expect(() => renderReadme('# nothing')).toThrow(/<!-- routes -->/);
  });
});
