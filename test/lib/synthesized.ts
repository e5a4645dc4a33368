import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { createApp } from '#lib/app.ts';

export type Resource = {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of a template are JSON of many shapes
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Condition?: string;
  DependsOn?: string[];
};

export type Template = {
  Resources: Record<string, Resource>;
  Parameters: Record<string, { Type: string; Default: unknown }>;
  Outputs: Record<string, { Value: unknown }>;
};

export type Synthesized = { app: App; data: Template; service: Template };

/** The folder of each function, by the name in its log lines. */
export const FOLDERS = {
  api: 'api',
  qr: 'qr',
  stream: 'stream',
  redirect: 'redirect',
  clicks: 'workers/clicks',
  exports: 'workers/exports',
  'roll-ups': 'workers/roll-ups',
  'dead-letters': 'workers/dead-letters',
  sweep: 'schedules/sweep',
  'schedule-roll-ups': 'schedules/roll-ups',
} as const;

export type FunctionName = keyof typeof FOLDERS;

export const FUNCTION_NAMES = Object.keys(FOLDERS) as FunctionName[];

/** A folder with an empty bundle for each of `folders`; what is in a bundle does not matter to a template. */
export function emptyBundles(folders: readonly string[] = Object.values(FOLDERS)): string {
  const root = mkdtempSync(join(tmpdir(), 'slugline-bundles-'));
  for (const folder of folders) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'index.mjs'), 'export const handler = undefined;');
  }
  return root;
}

/** Both templates as CloudFormation would get them, from empty bundles. */
export function synthesize(context: Record<string, unknown> = {}): Synthesized {
  const bundles = emptyBundles();
  const outdir = mkdtempSync(join(tmpdir(), 'slugline-assembly-'));
  try {
    const app = createApp(outdir, { bundles, ...context });
    const assembly = app.synth();
    const [data, service] = ['SluglineData', 'SluglineService'].map(
      (stack) => assembly.getStackByName(stack).template as Template,
    );
    return { app, data: data!, service: service! };
  } finally {
    rmSync(bundles, { recursive: true });
    rmSync(outdir, { recursive: true });
  }
}

export const resourcesOf = (template: Template, type: string): [id: string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The one resource of that type. */
export function onlyResource(template: Template, type: string): Resource {
  const [first, ...others] = resourcesOf(template, type);
  if (!first || others.length > 0) throw new Error(`the template has ${others.length + 1} or no ${type}`);
  return first[1];
}

/** The Lambda function of that name, and its logical id. */
export function functionNamed(template: Template, name: FunctionName): [id: string, Resource] {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === name,
  );
  if (!found) throw new Error(`the template has no function ${name}`);
  return found;
}

/**
 * An intrinsic as a short name: the logical id or the import that it refers to, without its hash; joined parts run
 * together.
 */
export function readable(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(readable).join(' ');
  const [[intrinsic, argument] = []] = Object.entries(value as object);
  switch (intrinsic) {
    case 'Ref':
      return withoutHash(argument);
    case 'Fn::GetAtt':
      return withoutHash(argument[0]);
    case 'Fn::ImportValue':
      return argument.replace(
        /^.*ExportsOutput(?:Ref|FnGetAtt)([A-Za-z]+?)[0-9A-F]{8}(?:Arn)?[0-9A-F]{8}$/,
        '$1',
      );
    case 'Fn::Join':
      return argument[1].map(readable).join(argument[0]);
    default:
      throw new Error(`not a known intrinsic: ${JSON.stringify(value)}`);
  }
}

const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
