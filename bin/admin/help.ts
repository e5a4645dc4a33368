import { columns } from './columns.ts';
import { COMMON_OPTIONS, type Command, type Option } from './command.ts';
import { COMMANDS } from './commands.ts';

const CALL = 'npm run admin --';

/** The commands, or only those named, each with its sentence. */
export function help(names: readonly string[]): string[] {
  const shown = Object.entries(COMMANDS).filter(([name]) => names.length === 0 || names.includes(name));
  return [
    `Usage: ${CALL} <command> [options]`,
    '',
    ...columns(
      ['Commands', ''],
      shown.map(([name, command]) => [`  ${usageOf(name, command)}`, command.summary]),
    ),
    '',
    ...optionLines('Options of every command', COMMON_OPTIONS),
    '',
    `${CALL} <command> --help tells the options of a command.`,
    'Exit codes: 0 done, 1 refused or failed, 2 the call itself is wrong.',
  ];
}

/** One command with its options. */
export function commandHelp(name: string, command: Command): string[] {
  const own = Object.keys(command.options).length > 0 ? [...optionLines('Options', command.options), ''] : [];
  return [
    `Usage: ${CALL} ${usageOf(name, command)} [options]`,
    '',
    command.summary,
    '',
    ...own,
    ...optionLines('Options of every command', COMMON_OPTIONS),
  ];
}

const usageOf = (name: string, { args }: Command): string =>
  [name, ...args.map((arg) => `<${arg}>`)].join(' ');

const optionLines = (title: string, options: Record<string, Option>): string[] =>
  columns(
    [title, ''],
    Object.entries(options).map(([name, option]) => [
      `  --${name}${option.type === 'string' ? ` ${option.value}` : ''}`,
      option.help,
    ]),
  );
