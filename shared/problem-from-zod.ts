import type * as z from 'zod';
import { Problem, type ProblemCode } from './problem.ts';

/** Values of these fields are never shown again, not even to the one who sent them: answers end up in logs. */
const SECRET_FIELD = /password|secret|token/i;

/**
 * A refusal that names the first wrong field, what was got and what is allowed.
 * @param where `body`, `query` or `path`
 * @param code  of wrong values; an unknown field is always an `invalid_request`
 */
export function problemFromZod(
  error: z.ZodError,
  where: string,
  code: ProblemCode = 'invalid_request',
): Problem {
  const issue = deepest(error.issues[0]!);
  const field = fieldOf(issue);
  const codeOfIssue = issue.code === 'unrecognized_keys' ? 'invalid_request' : code;
  const name = field === '' ? `the ${where}` : `"${field}"`;
  const got = SECRET_FIELD.test(field) ? '' : gotOf(issue);
  return new Problem(codeOfIssue, `${name} is not valid (${where}): ${issue.message}${got}`, {
    field: field || undefined,
  });
}

type Issue = z.core.$ZodIssue;

/** The most telling branch of a union: the one that got furthest into the value. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flatMap((branch) => (branch[0] ? [deepest(branch[0])] : []));
  const best = candidates.toSorted((a, b) => b.path.length - a.path.length)[0];
  return best && best.path.length > 0 ? { ...best, path: [...issue.path, ...best.path] } : issue;
}

function fieldOf(issue: Issue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}

function gotOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys' || issue.input === undefined) return '';
  // A rule over several fields has their whole object as its input; its message names what it got.
  if (issue.code === 'custom' && typeof issue.input === 'object') return '';
  const text = JSON.stringify(issue.input) ?? String(issue.input);
  return `; got ${text.length > 120 ? `${text.slice(0, 120)}…` : text}`;
}
