import fc from 'fast-check';
import type { Operation, Parameter, ReadDocument } from './document.ts';
import { type Spoil, spoiled, spoils } from './spoil.ts';
import { type Making, someOf, valuesOf } from './values-of.ts';

/** A thing that is there when the request is sent; which one, is known only then. */
export class Known {
  readonly kind: string;
  readonly n: number;

  constructor(kind: string, n: number) {
    this.kind = kind;
    this.n = n;
  }
}

/** A request as it is made up: values by parameter, a body, and who asks. */
export type Draft = {
  parameters: Record<string, unknown>;
  body: unknown;
  spoil: Spoil | undefined;
  caller: 'owner' | 'nobody' | 'unknown';
};

/** Requests of an operation: most as the document allows them, some spoiled, a few by strangers. */
export function draftsOf(operation: Operation, making: Making, spoilt: boolean): fc.Arbitrary<Draft> {
  const made = Object.fromEntries(
    operation.parameters
      .filter(canBeGiven)
      .map((parameter) => [keyOf(parameter), parameterValues(parameter, making)]),
  );
  const always = operation.parameters.filter(({ required }) => required).map(keyOf);
  const { body } = operation;
  const bodies = body ? valuesOf(body.schema, making, 'body') : fc.constant(undefined);
  return fc.record({
    parameters: someOf(made, new Set(always)),
    body: body?.required === false ? fc.option(bodies, { nil: undefined }) : bodies,
    spoil: spoilt ? spoils : fc.constant(undefined),
    caller: fc.oneof(
      { weight: 30, arbitrary: fc.constant('owner' as const) },
      { weight: 1, arbitrary: fc.constantFrom('nobody' as const, 'unknown' as const) },
    ),
  });
}

/** Some parameters are named only to say that they are not taken here. */
const canBeGiven = ({ schema }: Parameter): boolean =>
  schema.not === undefined || Object.keys(schema.not).length > 0;

const keyOf = ({ in: place, name }: Parameter): string => `${place} ${name}`;

function parameterValues({ in: place, name, schema }: Parameter, making: Making): fc.Arbitrary<unknown> {
  const values = valuesOf(schema, making, name);
  if (place === 'query') return values;
  // What neither a path nor a header can carry.
  return values.map((value) =>
    typeof value === 'string' &&
    !(place === 'header' ? /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/ : /./s).test(value)
      ? 'x'
      : value,
  );
}

/** A request as it goes out, and whether the document allows it. */
export type Sent = {
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** What the document has against it; undefined when nothing. */
  fault: string | undefined;
};

/** A draft made definite: known things by name, one place spoiled, and judged by the document. */
export function written(
  draft: Draft,
  operation: Operation,
  document: ReadDocument,
  find: (known: Known) => unknown,
): Sent {
  const settled = settle({ parameters: draft.parameters, body: draft.body }, find) as Draft;
  const { spoil } = draft;
  const inBody = spoil?.where === 'body' && operation.body !== undefined;
  const body = spoil && inBody ? spoiled(settled.body, spoil) : settled.body;
  const values =
    spoil && !inBody ? spoiledParameters(settled.parameters, operation, spoil) : settled.parameters;
  const sent = { path: operation.path, query: new URLSearchParams(), headers: {} as Record<string, string> };
  for (const [key, value] of Object.entries(values)) {
    const [place, name] = key.split(' ') as [string, string];
    if (place === 'path') sent.path = sent.path.replace(`{${name}}`, segment(value));
    else if (place === 'header') sent.headers[name.toLowerCase()] = String(value);
    else for (const one of [value].flat()) sent.query.append(name, textOf(one));
  }
  const bodyText =
    body === undefined ? undefined : typeOf(operation) === 'json' ? JSON.stringify(body) : String(body);
  return {
    path: sent.path,
    query: sent.query.toString(),
    headers: sent.headers,
    body: bodyText,
    fault: faultOf({ values, body }, operation, document),
  };
}

export const typeOf = ({ body }: Operation): 'json' | 'other' =>
  body === undefined || body.type === 'application/json' ? 'json' : 'other';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** An empty segment or one of dots would name another path. */
const segment = (value: unknown): string => {
  const text = textOf(value);
  return /^\.{0,2}$/.test(text) ? 'x' : encodeURIComponent(text.toWellFormed());
};

function settle(value: unknown, find: (known: Known) => unknown): unknown {
  if (value instanceof Known) return find(value);
  if (Array.isArray(value)) return value.map((one) => settle(one, find));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, settle(member, find)]));
}

function spoiledParameters(
  values: Record<string, unknown>,
  { parameters }: Operation,
  { how, place, junk }: Spoil,
): Record<string, unknown> {
  const text = textOf(junk);
  if (how === 'add' || parameters.length === 0) return { ...values, 'query added': text };
  const { in: where, name, required } = parameters[place % parameters.length]!;
  const key = `${where} ${name}`;
  if (how === 'drop' && !(where === 'path')) {
    const { [key]: _dropped, ...rest } = values;
    return required || where === 'header' ? rest : { ...rest, [key]: ['a', 'b'] };
  }
  if (where === 'header') return { ...values, [key]: 'x'.repeat(256) };
  return { ...values, [key]: text };
}

function faultOf(
  { values, body }: { values: Record<string, unknown>; body: unknown },
  operation: Operation,
  document: ReadDocument,
): string | undefined {
  const left = new Set(Object.keys(values));
  for (const parameter of operation.parameters) {
    const key = keyOf(parameter);
    left.delete(key);
    const value = values[key];
    if (value === undefined && !parameter.required) continue;
    const fault = value === undefined ? 'is missing' : parameterFault(value, parameter, document);
    if (fault !== undefined) return `${key}: ${fault}`;
  }
  if (left.size > 0) return `${[...left][0]} is not known`;
  if (operation.body === undefined || (body === undefined && !operation.body.required)) return undefined;
  const fault = document.faultOf(operation.body.schema, typeOf(operation) === 'json' ? body : String(body));
  return fault === undefined ? undefined : `body: ${fault}`;
}

const YES = /^(true|1|yes|on|y|enabled)$/i;
const NO = /^(false|0|no|off|n|disabled)$/i;

/** A parameter is text; its schema says as what it is read. */
function parameterFault(value: unknown, { schema, in: place }: Parameter, document: ReadDocument) {
  if (place === 'path' && /^\.{0,2}$/.test(textOf(value))) return document.faultOf(schema, 'x');
  const { type } = document.resolve(schema);
  const read = (text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    if (type === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
    // The document names the plainest two words for yes and no; all of them are taken.
    if (type === 'boolean') return YES.test(text) ? true : NO.test(text) ? false : text;
    return text;
  };
  const isList =
    type === 'array' || (schema.anyOf ?? []).some((branch) => document.resolve(branch).type === 'array');
  const given = Array.isArray(value) && !isList && value.length === 1 ? value[0] : value;
  return document.faultOf(schema, Array.isArray(given) ? given : read(given));
}
