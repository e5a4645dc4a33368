import type { Preset } from './preset.ts';

/** Reading presets; every read is strongly consistent. */
export type PresetReader = {
  find(workspaceId: string, presetId: string): Promise<Preset | undefined>;
  findDefault(workspaceId: string): Promise<Preset | undefined>;
  /** All of them, oldest first. */
  list(workspaceId: string): Promise<Preset[]>;
};

/** The presets of workspaces. Whatever becomes the default takes that from the one before, in the same write. */
export type PresetStore = PresetReader & {
  /** @returns `full`: the workspace has `most` of them already, however many are made at once */
  create(preset: Preset, most: number): Promise<'created' | 'exists' | 'full'>;
  /** @returns `changed`: somebody else has changed or removed it, or what is the default, since `before` was read */
  replace(before: Preset, after: Preset): Promise<'replaced' | 'changed'>;
  remove(preset: Preset): Promise<'removed' | 'changed'>;
};
