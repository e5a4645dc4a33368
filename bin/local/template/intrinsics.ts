/** What an intrinsic function may ask for; every failure names what could not be found. */
export interface Scope {
  evaluate(value: unknown): unknown;
  ref(name: string): unknown;
  attribute(id: string, name: string): unknown;
  condition(name: string): boolean;
  mapped(map: string, key: string, name: string): unknown;
  imported(name: string): unknown;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const list = (argument: unknown, scope: Scope): unknown[] => {
  const value = scope.evaluate(argument);
  if (Array.isArray(value)) return value;
  throw new Error(`expected a list, got ${JSON.stringify(value)}`);
};

const text = (argument: unknown, scope: Scope): string => {
  const value = scope.evaluate(argument);
  if (typeof value === 'object' || value === undefined)
    throw new Error(`expected a string, got ${JSON.stringify(value)}`);
  return String(value);
};

const pair = (argument: unknown): [unknown, unknown] => {
  if (Array.isArray(argument) && argument.length === 2) return argument as [unknown, unknown];
  throw new Error(`expected two arguments, got ${JSON.stringify(argument)}`);
};

const conditions = (argument: unknown, scope: Scope): boolean[] => {
  if (!Array.isArray(argument)) throw new Error(`expected conditions, got ${JSON.stringify(argument)}`);
  return argument.map((condition) => isTrue(scope.evaluate(condition)));
};

const isTrue = (value: unknown) => value === true || value === 'true';

const getAtt: Intrinsic = (argument, scope) => {
  const [id, name] = typeof argument === 'string' ? splitOnce(argument, '.') : pair(argument);
  return scope.attribute(text(id, scope), text(name, scope));
};

/** `${Name}`, `${Id.Attribute}`, variables of its own, and `${!literal}`. */
const sub: Intrinsic = (argument, scope) => {
  const [template, variables] = Array.isArray(argument) ? pair(argument) : [argument, {}];
  const own = variables as Record<string, unknown>;
  return String(template).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(own, name)) return text(own[name], scope);
    return text(name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }, scope);
  });
};

const select: Intrinsic = (argument, scope) => {
  const [index, values] = pair(argument);
  const chosen = list(values, scope)[Number(scope.evaluate(index))];
  if (chosen === undefined) throw new Error(`Fn::Select has no element ${JSON.stringify(index)}`);
  return chosen;
};

const ifElse: Intrinsic = (argument, scope) => {
  const [name, whenTrue, whenFalse] = argument as [string, unknown, unknown];
  return scope.evaluate(scope.condition(name) ? whenTrue : whenFalse);
};

const equals: Intrinsic = (argument, scope) => {
  const [left, right] = pair(argument).map((value) => scope.evaluate(value));
  return JSON.stringify(left) === JSON.stringify(right);
};

const findInMap: Intrinsic = (argument, scope) => {
  const [map, key, name] = (argument as unknown[]).map((value) => text(value, scope));
  return scope.mapped(map!, key!, name!);
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
export const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = pair(argument);
    return list(parts, scope).map(String).join(String(separator));
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = pair(argument);
    return text(whole, scope).split(String(separator));
  },
  'Fn::Select': select,
  'Fn::If': ifElse,
  'Fn::Equals': equals,
  'Fn::And': (argument, scope) => conditions(argument, scope).every(Boolean),
  'Fn::Or': (argument, scope) => conditions(argument, scope).some(Boolean),
  'Fn::Not': (argument, scope) => !conditions(argument, scope)[0],
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (argument, scope) => Buffer.from(text(argument, scope)).toString('base64'),
  'Fn::ImportValue': (name, scope) => scope.imported(text(name, scope)),
};

const splitOnce = (whole: string, separator: string): [string, string] => {
  const at = whole.indexOf(separator);
  return [whole.slice(0, at), whole.slice(at + separator.length)];
};
