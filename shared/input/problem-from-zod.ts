import type * as z from 'zod';
import { Problem, type ProblemCode } from '../problem.ts';
import { shortened } from '../quoted.ts';

/** Values of these fields are never shown again, not even to the one who sent them: answers end up in logs. */
export const SECRET_FIELD = /password|secret|token/i;

const MAX_NAME = 80;
const MAX_FIELD = 160;
const MAX_GOT = 120;

export type RefusalOptions = {
  /** How the refusal calls the whole: `body`, `query`, `path`, `row`. */
  where: string;
  /** Of wrong values; an unknown field is always an `invalid_request`. */
  code?: ProblemCode;
  /** The input may hold what nobody else should read: nothing of it is quoted. */
  secret?: boolean;
};

/** A refusal that names the first unknown field, else the first wrong one, what was got and what is allowed; no longer however long the input is. */
export function problemFromZod(
  error: z.ZodError,
  { where, code = 'invalid_request', secret = false }: RefusalOptions,
): Problem {
  const issue = mostTelling(firstToTell(error.issues));
  const field = fieldOf(issue);
  const codeOfIssue = issue.code === 'unrecognized_keys' ? 'invalid_request' : code;
  const name = field === '' ? `the ${where}` : `"${field}"`;
  const got = SECRET_FIELD.test(field) ? '' : gotOf(issue, secret);
  return new Problem(codeOfIssue, `${name} is not valid (${where}): ${issue.message}${got}`, {
    field: field || undefined,
  });
}

type Issue = z.core.$ZodIssue;

/** A name that is not known comes first: misspelled, it is also why another one is missing. */
const firstToTell = (issues: readonly Issue[]): Issue =>
  issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;

/** The most telling branch of a union: the one that got furthest into the value. */
function mostTelling(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flatMap((branch) => (branch[0] ? [mostTelling(branch[0])] : []));
  const [best] = candidates.toSorted((a, b) => b.path.length - a.path.length);
  return best && best.path.length > 0 ? { ...best, path: [...issue.path, ...best.path] } : issue;
}

function fieldOf(issue: Issue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const whole = path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    const shown = shortened(String(part), MAX_NAME);
    return name === '' ? shown : `${name}.${shown}`;
  }, '');
  return shortened(whole, MAX_FIELD);
}

/** Of objects that are told apart by one member, that member is what was got wrong. */
function inputOf(issue: Issue): unknown {
  const { discriminator } = issue as { discriminator?: string };
  if (discriminator === undefined || issue.input === null) return issue.input;
  return (issue.input as Record<string, unknown> | undefined)?.[discriminator];
}

/** What was got: a scalar as it is, what is composed by its kind, so that no member of it is shown by the way. */
function gotOf(issue: Issue, secret: boolean): string {
  const input = inputOf(issue);
  if (issue.code === 'unrecognized_keys' || input === undefined) return '';
  // Some rules quote by themselves what they know to be harmless.
  if (issue.message.includes('; got ')) return '';
  // A rule over several fields has their whole object as its input; its message names what it got.
  if (issue.code === 'custom' && typeof input === 'object') return '';
  if (Array.isArray(input)) return `; got an array of ${input.length}`;
  if (input !== null && typeof input === 'object') return '; got an object';
  if (secret && input !== null) return `; got a ${typeof input}`;
  return `; got ${shortened(JSON.stringify(input) ?? String(input), MAX_GOT)}`;
}
