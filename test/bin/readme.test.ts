import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { README, renderReadme } from '#bin/readme.ts';

const text = readFileSync(README, 'utf8');
const root = join(README, '..');

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
