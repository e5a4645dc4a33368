import type { Preset } from '#shared/qr/presets/preset.ts';
import type { PresetStore } from '#shared/qr/presets/preset-store.ts';

/** Presets in memory; what goes in and comes out are copies, as with a database. */
export function memoryPresetStore(): PresetStore {
  const presets = new Map<string, Preset>();
  const defaults = new Map<string, string>();

  const shown = (preset: Preset): Preset => ({
    ...structuredClone(preset),
    isDefault: defaults.get(preset.workspaceId) === preset.presetId,
  });
  const stored = (workspaceId: string, presetId: string): Preset | undefined => {
    const preset = presets.get(presetId);
    return preset?.workspaceId === workspaceId ? preset : undefined;
  };
  const all = (workspaceId: string): Preset[] =>
    [...presets.values()].filter((preset) => preset.workspaceId === workspaceId);
  const find: PresetStore['find'] = async (workspaceId, presetId) => {
    const preset = stored(workspaceId, presetId);
    return preset && shown(preset);
  };
  const isAsRead = (read: Preset): boolean => {
    const now = stored(read.workspaceId, read.presetId);
    if (now?.version !== read.version) return false;
    return !read.isDefault || shown(now).isDefault;
  };
  const setDefault = ({ workspaceId, presetId, isDefault }: Preset, was: boolean): void => {
    if (isDefault) defaults.set(workspaceId, presetId);
    else if (was) defaults.delete(workspaceId);
  };

  return {
    find,
    findDefault: async (workspaceId) => {
      const presetId = defaults.get(workspaceId);
      return presetId === undefined ? undefined : find(workspaceId, presetId);
    },
    list: async (workspaceId) =>
      all(workspaceId)
        .map(shown)
        .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.presetId < b.presetId ? -1 : 1)),
    create: async (preset, most) => {
      if (all(preset.workspaceId).length >= most) return 'full';
      if (presets.has(preset.presetId)) return 'exists';
      presets.set(preset.presetId, structuredClone(preset));
      setDefault(preset, false);
      return 'created';
    },
    replace: async (before, after) => {
      if (!isAsRead(before)) return 'changed';
      presets.set(after.presetId, structuredClone(after));
      setDefault(after, before.isDefault);
      return 'replaced';
    },
    remove: async (preset) => {
      if (!isAsRead(preset)) return 'changed';
      presets.delete(preset.presetId);
      setDefault({ ...preset, isDefault: false }, preset.isDefault);
      return 'removed';
    },
  };
}
