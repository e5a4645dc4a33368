import { readFile } from 'node:fs/promises';

/** One resource as the template has it, intrinsics unresolved. */
export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** A synthesized CloudFormation template, as far as it is read here. */
export interface Template {
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

/** Reads `<stack>.template.json` of a cloud assembly. */
export const readTemplate = async (outdir: string, stack: string): Promise<Template> =>
  JSON.parse(await readFile(`${outdir}/${stack}.template.json`, 'utf8')) as Template;
