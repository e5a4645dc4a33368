import { ACCOUNT_ID, REGION } from '../aws-environment.ts';
import { INTRINSICS, type Scope } from './intrinsics.ts';
import type { Resource, Template } from './template.ts';

/** What a resource is on this machine: the value of its Ref and its attributes, by name. */
export type Attributes = Record<string, string>;

export interface StackOptions {
  name: string;
  template: Template;
  /** Parameter values that differ from the template's defaults. */
  parameters?: Record<string, string>;
  /** Looks at a resource's properties through the stack, where its attributes depend on them. */
  attributesOf: (id: string, resource: Resource) => Attributes | undefined;
  /** The exports of other stacks. */
  imports?: Record<string, unknown>;
  /** Resolves `{{resolve:secretsmanager:…}}`: what stands between the first colon and the braces. */
  secretOf: (reference: string) => string;
}

/** A resource with its properties resolved. */
export interface ResolvedResource<Properties = Record<string, unknown>> {
  id: string;
  properties: Properties;
}

const NO_VALUE = Symbol('AWS::NoValue');
const DYNAMIC_REFERENCE = /\{\{resolve:secretsmanager:([^}]+)\}\}/g;

/** A template whose intrinsics evaluate to what exists on this machine. */
export class Stack {
  readonly #options: StackOptions;
  readonly #scope: Scope;

  constructor(options: StackOptions) {
    this.#options = options;
    for (const name of Object.keys(options.parameters ?? {}))
      if (!options.template.Parameters?.[name]) throw new Error(`${options.name} has no parameter ${name}`);
    this.#scope = {
      evaluate: (value) => this.#evaluate(value),
      ref: (name) => this.#ref(name),
      attribute: (id, name) => this.#attribute(id, name),
      condition: (name) => this.#condition(name),
      mapped: (map, key, name) =>
        options.template.Mappings?.[map]?.[key]?.[name] ?? fail(`no mapping ${map}.${key}.${name}`),
      imported: (name) => options.imports?.[name] ?? fail(`no export ${name}`),
    };
  }

  /**
   * All resources of a type, their properties resolved.
   * @throws Error that names the resource, for an intrinsic or attribute that is not known here
   */
  resources<Properties>(type: string): ResolvedResource<Properties>[] {
    return Object.entries(this.#options.template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, { Properties = {} }]) => ({ id, properties: this.#resolve(id, Properties) as Properties }));
  }

  /** The outputs by their logical ids. */
  outputs(): Record<string, unknown> {
    const outputs = Object.entries(this.#options.template.Outputs ?? {});
    return Object.fromEntries(outputs.map(([id, { Value }]) => [id, this.#resolve(id, Value)]));
  }

  /** What other stacks may import, by export name. */
  exports(): Record<string, unknown> {
    const exported = Object.entries(this.#options.template.Outputs ?? {}).filter(([, { Export }]) => Export);
    return Object.fromEntries(
      exported.map(([id, { Export, Value }]) => [
        String(this.#resolve(id, Export!.Name)),
        this.#resolve(id, Value),
      ]),
    );
  }

  /** An attribute of a resource, or its Ref under that name. @throws Error that names the resource */
  attribute(id: string, name: string): unknown {
    return this.#resolve(id, name === 'Ref' ? { Ref: id } : { 'Fn::GetAtt': [id, name] });
  }

  #resolve(id: string, value: unknown): unknown {
    try {
      return this.#evaluate(value);
    } catch (cause) {
      throw new Error(`${this.#options.name}, ${id}: ${(cause as Error).message}`, { cause });
    }
  }

  #evaluate(value: unknown): unknown {
    if (typeof value === 'string') return this.#withSecrets(value);
    if (Array.isArray(value))
      return value.map((one) => this.#evaluate(one)).filter((one) => one !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const [name, ...others] = Object.keys(value);
    if (name && !others.length && isIntrinsic(name, value)) return this.#call(name, value);
    const entries = Object.entries(value).map(([key, one]) => [key, this.#evaluate(one)] as const);
    return Object.fromEntries(entries.filter(([, one]) => one !== NO_VALUE));
  }

  #call(name: string, value: object): unknown {
    const intrinsic = INTRINSICS[name] ?? fail(`${name} is not known here`);
    const result = intrinsic((value as Record<string, unknown>)[name], this.#scope);
    return typeof result === 'string' ? this.#withSecrets(result) : result;
  }

  #withSecrets = (text: string) =>
    text.replace(DYNAMIC_REFERENCE, (_, reference: string) => this.#options.secretOf(reference));

  #ref(name: string): unknown {
    const { template, parameters } = this.#options;
    if (name === 'AWS::NoValue') return NO_VALUE;
    const pseudo = this.#pseudoParameters()[name];
    if (pseudo !== undefined) return pseudo;
    const parameter = template.Parameters?.[name];
    if (parameter) return parameters?.[name] ?? parameter.Default ?? fail(`parameter ${name} has no value`);
    return this.#attribute(name, 'Ref');
  }

  #attribute(id: string, name: string): unknown {
    const resource = this.#options.template.Resources[id] ?? fail(`there is no resource ${id}`);
    const attribute = this.#options.attributesOf(id, resource)?.[name];
    return attribute ?? fail(`${name} of ${id} (${resource.Type}) is not known here`);
  }

  #condition(name: string): boolean {
    const condition = this.#options.template.Conditions?.[name] ?? fail(`there is no condition ${name}`);
    return this.#evaluate(condition) === true;
  }

  #pseudoParameters(): Record<string, string> {
    const { name } = this.#options;
    return {
      'AWS::Region': REGION,
      'AWS::AccountId': ACCOUNT_ID,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': name,
      'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${name}/local`,
    };
  }
}

const fail = (reason: string): never => {
  throw new Error(reason);
};

/** `{Condition: …}` is also a member of IAM statements and the like, there as an object. */
const isIntrinsic = (name: string, value: object): boolean =>
  name === 'Ref' ||
  name.startsWith('Fn::') ||
  (name === 'Condition' && typeof (value as { Condition: unknown }).Condition === 'string');
