import { parseArgs } from 'node:util';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { newChallenge, newUuid } from '#shared/ids.ts';
import { Problem } from '#shared/problem.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { AdminError, UsageError } from './admin-error.ts';
import { type Admin, COMMON_OPTIONS, type Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Deployment, DeploymentOptions } from './deployment.ts';
import { commandHelp, help } from './help.ts';

/** What the command line gets from the world. */
export type World = Pick<Admin, 'now' | 'print' | 'warn' | 'progress'> & {
  findDeployment(options: DeploymentOptions): Promise<Deployment>;
  /** SLUGLINE_DIR: the folder of the local stack unless --dir names one. */
  dir: string | undefined;
};

/**
 * Runs one command of the operator.
 * @param argv  what stands after `npm run admin --`
 * @returns the exit code: 0 done, 1 refused or failed, 2 the call itself is wrong
 */
export async function runAdmin(argv: readonly string[], world: World): Promise<number> {
  try {
    // Options that only the command knows come after its name, so the first words are right without them.
    const { positionals: words } = parseArgs({
      args: [...argv],
      options: COMMON_OPTIONS,
      strict: false,
      allowPositionals: true,
    });
    const name = nameOf(words);
    if (name === undefined) return showHelp(argv, words, world);
    await runCommand(name, COMMANDS[name] as Command, argv, world);
    return 0;
  } catch (error) {
    return fail(error, world);
  }
}

/** Of a word that nobody knows, a message shows so much. */
const SHOWN_CHARACTERS = 60;

/** The name of a command: its first two words, or its first one. */
const nameOf = (words: readonly string[]): string | undefined =>
  [words.slice(0, 2).join(' '), words[0] ?? ''].find((name) => Object.hasOwn(COMMANDS, name));

/** Help for whoever asks for it; a word that stands for no command is told, with those that it knows instead. */
function showHelp(argv: readonly string[], words: readonly string[], world: World): number {
  const [noun, verb] = words;
  const ofNoun = Object.keys(COMMANDS).filter((name) => name.split(' ')[0] === noun);
  const asked = argv.includes('--help');
  const unknown = noun !== undefined && (ofNoun.length === 0 || verb !== undefined);
  if (unknown && !asked) throw new UsageError(noCommand(words, ofNoun));
  for (const line of help(ofNoun)) world.print(line);
  return asked || argv.length === 0 ? 0 : 2;
}

function noCommand(words: readonly string[], ofNoun: readonly string[]): string {
  const [noun = '', verb = ''] = words.map((word) => word.slice(0, SHOWN_CHARACTERS));
  if (ofNoun.length > 0) {
    const verbs = ofNoun.map((name) => name.split(' ')[1]);
    return `"${noun}" knows no "${verb}"; it knows: ${verbs.join(', ')}.`;
  }
  const nouns = [...new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0]))];
  return `There is no command "${`${noun} ${verb}`.trim()}"; there are: ${nouns.join(', ')}. --help tells more.`;
}

async function runCommand(
  name: string,
  command: Command,
  argv: readonly string[],
  world: World,
): Promise<void> {
  const { values, positionals } = parsed(name, command, argv);
  if (values.help) return commandHelp(name, command).forEach(world.print);
  const args = positionals.slice(name.split(' ').length);
  if (args.length !== command.args.length) {
    const wanted = command.args.map((arg) => `<${arg}>`).join(' ') || 'no arguments';
    throw new UsageError(`"${name}" takes ${wanted}; got ${JSON.stringify(args.join(' '))}.`);
  }
  const deployment = await world.findDeployment({
    stack: values.stack ?? 'SluglineService',
    region: values.region,
    local: values.local ? (values.dir ?? world.dir ?? '.slugline') : undefined,
  });
  await command.run(args as never, values as never, openAdmin(deployment, world));
}

function parsed(name: string, { options }: Command, argv: readonly string[]) {
  try {
    const config = { ...options, ...COMMON_OPTIONS } as typeof COMMON_OPTIONS;
    return parseArgs({ args: [...argv], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    const allowed = Object.keys({ ...options, ...COMMON_OPTIONS }).map((option) => `--${option}`);
    const [what] = (error as Error).message.split('. ');
    throw new UsageError(`${what}. Options of "${name}": ${allowed.join(', ')}.`);
  }
}

function openAdmin(deployment: Deployment, { now, print, warn, progress }: World): Admin {
  const client = dynamodbClient();
  const database = documentClient(client);
  const table = deployment.outputs.WorkspacesTable;
  const secretStore = dynamodbSecretStore(database, table);
  return {
    deployment,
    client,
    database,
    workspaces: dynamodbWorkspaceStore(database, table),
    secretStore,
    secrets: openSecrets(secretStore, now),
    now,
    newId: newUuid,
    newChallenge,
    print,
    warn,
    progress,
  };
}

/** Says what is wrong in one line; an accident shows its stack, for this is the operator. */
function fail(error: unknown, { warn }: World): number {
  if (error instanceof UsageError) {
    warn(error.message);
    return 2;
  }
  if (error instanceof Problem || error instanceof AdminError) warn(error.message);
  else if ((error as { code?: string }).code === 'ECONNREFUSED')
    warn(`Nothing answers at ${(error as Error).message.replace(/^.* /, '')}; is the local stack running?`);
  else warn((error as Error).stack ?? String(error));
  return 1;
}
