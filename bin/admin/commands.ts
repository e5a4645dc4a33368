import { bootstrapCommand } from './bootstrap.ts';
import { clickCommands } from './clicks.ts';
import type { Command } from './command.ts';
import { domainCommands } from './domain.ts';
import { importCommands } from './import.ts';
import { keyCommands } from './key.ts';
import { secretCommands } from './secret.ts';
import { workspaceCommands } from './workspace.ts';

/** Every command by its name, one or two words, in the order in which --help lists them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  bootstrap: bootstrapCommand,
  ...workspaceCommands,
  ...domainCommands,
  ...keyCommands,
  ...secretCommands,
  ...importCommands,
  ...clickCommands,
};
