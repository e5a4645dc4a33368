import { join } from 'node:path';
import { attributesOf } from './attributes.ts';
import { openSecrets } from './secrets.ts';
import { Stack } from './stack.ts';
import { readTemplate } from './template.ts';

interface Options {
  /** The cloud assembly. */
  outdir: string;
  /** Where generated secrets are kept. */
  dir: string;
  sqsEndpoint: string;
  /** Parameters of the service stack. */
  parameters: Record<string, string>;
}

/** The two stacks of a deployment. */
export interface Stacks {
  data: Stack;
  service: Stack;
}

/** Reads both templates; what the data stack exports, the service stack may import. */
export async function openStacks({ outdir, dir, sqsEndpoint, parameters }: Options): Promise<Stacks> {
  const secretOf = openSecrets(join(dir, 'secrets.json'));
  const open = async (name: string, more: { parameters?: Record<string, string>; imports?: object }) =>
    new Stack({
      name,
      template: await readTemplate(outdir, name),
      attributesOf: (id, resource) => attributesOf({ stack: name, sqsEndpoint }, id, resource),
      secretOf,
      parameters: more.parameters ?? {},
      imports: { ...more.imports },
    });
  const data = await open('SluglineData', {});
  return { data, service: await open('SluglineService', { parameters, imports: data.exports() }) };
}
