import type * as z from 'zod';
import { someOf } from '../quoted.ts';

type RawIssue = z.core.$ZodRawIssue;

/** What values of Zod's named formats look like; whoever is refused never reads a pattern. */
const FORMATS: Partial<Record<string, string>> = {
  datetime: 'it must be an ISO 8601 date and time with an offset, such as 2026-12-31T23:59:59Z',
  date: 'it must be an existing day, such as 2026-12-31',
  guid: 'it must be a UUID, such as 01900000-0000-7000-8000-000000000001',
  url: 'it must be a URL',
};

/**
 * What a value should have been, where a schema has no words of its own for it and Zod's do not help: for `error` of
 * a parse. Undefined leaves it to Zod.
 * @param alsoKnown  fields that are taken apart before the schema sees the object
 */
export const issueInWords =
  (alsoKnown: readonly string[] = []) =>
  (issue: RawIssue): string | undefined => {
    switch (issue.code) {
      case 'invalid_type':
        return issue.input === undefined
          ? `it is missing; expected ${typeName(issue)}`
          : `expected ${typeName(issue)}`;
      case 'too_small':
        return `it must ${sized(issue, `at least ${String(issue.minimum)}`)}`;
      case 'too_big':
        return `it must ${sized(issue, `at most ${String(issue.maximum)}`)}`;
      case 'invalid_value':
        return `it must be ${oneOf(issue.values as readonly unknown[])}`;
      case 'invalid_format':
        return FORMATS[String(issue.format)] ?? 'it does not have the form that it must have';
      case 'invalid_key':
        // The rule that a name breaks says more than that one is broken.
        return `its name does not fit: ${(issue.issues as readonly z.core.$ZodIssue[])[0]?.message ?? 'it is not allowed'}`;
      case 'unrecognized_keys':
        return unknownFields(issue, alsoKnown);
      case 'invalid_union':
        return issue.options === undefined
          ? wordsOfBranches(issue.errors as Branches)
          : `it must be ${oneOf(issue.options as readonly unknown[])}`;
      default:
        return undefined;
    }
  };

const typeName = ({ expected }: RawIssue): string => (expected === 'record' ? 'object' : String(expected));

/** What is counted in a value of a kind; numbers are not counted. */
const COUNTED: Partial<Record<string, string>> = { string: 'characters', array: 'items', object: 'members' };

function sized({ origin }: RawIssue, bound: string): string {
  const counted = COUNTED[String(origin)];
  return counted === undefined ? `be ${bound}` : `have ${bound} ${counted}`;
}

/** `"a", "b" or 3` */
export function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value));
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

type Branches = readonly (readonly z.core.$ZodIssue[])[];

/** All that the branches of a union would take, when each can say it; else what the likeliest of them says. */
function wordsOfBranches(branches: Branches): string | undefined {
  const issues = branches.flatMap(([first]) => first ?? []);
  const values = issues.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  if (issues.length > 0 && issues.every(({ code }) => code === 'invalid_value')) {
    return `it must be ${oneOf(values)}`;
  }
  // A branch for values of another type does not say what is wrong with this one.
  return (issues.find(({ code }) => code !== 'invalid_type') ?? issues[0])?.message;
}

function unknownFields(issue: RawIssue, alsoKnown: readonly string[]): string {
  const keys = issue.keys as string[];
  const shape = (issue.inst?._zod.def as { shape?: object } | undefined)?.shape ?? {};
  const known = [...alsoKnown, ...Object.keys(shape)];
  const are = keys.length === 1 ? 'is' : 'are';
  return `${someOf(keys)} ${are} not known; allowed: ${known.join(', ') || 'none'}`;
}
