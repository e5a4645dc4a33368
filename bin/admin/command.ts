import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SecretStore } from '#shared/credentials/secret-store.ts';
import type { Secrets } from '#shared/credentials/secrets.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import type { Progress } from '../demo/progress.ts';
import { UsageError } from './admin-error.ts';
import type { Deployment } from './deployment.ts';

/** What a command works with. */
export type Admin = {
  deployment: Deployment;
  client: DynamoDBClient;
  database: DynamoDBDocumentClient;
  workspaces: WorkspaceStore;
  secretStore: SecretStore;
  secrets: Secrets;
  /** ms since the epoch. */
  now(): number;
  newId(): string;
  newChallenge(): string;
  /** A line of the result, on standard output. A secret goes here, once, and nowhere else. */
  print(line: string): void;
  /** A line beside the result, on standard error. */
  warn(line: string): void;
  /** Says how far a long command is. */
  progress(label: string, total: number): Progress;
};

/** An option as --help shows it; `value` names what a string option takes, as in `<plan>`. */
export type Option = { type: 'string'; value: string; help: string } | { type: 'boolean'; help: string };

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  stack: {
    type: 'string',
    value: '<name>',
    help: 'the deployed service stack; SluglineService unless given',
  },
  region: { type: 'string', value: '<region>', help: 'its region; AWS_REGION unless given' },
  local: { type: 'boolean', help: 'the running local stack instead' },
  dir: {
    type: 'string',
    value: '<folder>',
    help: 'of the local stack; $SLUGLINE_DIR or .slugline unless given',
  },
  help: { type: 'boolean', help: 'shows this' },
} as const satisfies Record<string, Option>;

type Values<Options extends Record<string, Option>> = {
  [Name in keyof Options]: (Options[Name]['type'] extends 'boolean' ? boolean : string) | undefined;
};
type Texts<Args extends readonly string[]> = { [Position in keyof Args]: string };

/** One command: what stands after its name, what it does in a sentence, and how. */
export type Command = {
  /** Names of the required arguments, in order. */
  args: readonly string[];
  options: Record<string, Option>;
  summary: string;
  run(args: never, options: never, admin: Admin): Promise<void>;
};

type Definition<Args extends readonly string[], Options extends Record<string, Option>> = {
  args: Args;
  options?: Options;
  summary: string;
  run(args: Texts<Args>, options: Values<Options>, admin: Admin): Promise<void>;
};

/** A row of the table of commands; the types of arguments and options follow from their names. */
export const command = <
  const Args extends readonly string[],
  const Options extends Record<string, Option> = Record<never, never>,
>(
  definition: Definition<Args, Options>,
): Command => ({ options: {}, ...definition }) as unknown as Command;

/** One of the allowed values. @throws UsageError that names what was got and what is allowed */
export function oneOf<Value extends string>(what: string, got: string, allowed: readonly Value[]): Value {
  const value = allowed.find((one) => one === got);
  if (value !== undefined) return value;
  throw new UsageError(`${what} is ${JSON.stringify(got)}; allowed: ${allowed.join(', ')}.`);
}

/** A whole number of at least 1. @throws UsageError */
export function count(what: string, got: string): number {
  if (/^[1-9]\d{0,8}$/.test(got)) return Number(got);
  throw new UsageError(`${what} is ${JSON.stringify(got)}; a whole number from 1 is required.`);
}
