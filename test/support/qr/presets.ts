import { newUuid } from '#shared/ids.ts';
import type { Preset } from '#shared/qr/presets/preset.ts';

/** A preset that changes little, and is no default, but for what is given. */
export const aPreset = (given: Partial<Preset> & { workspaceId: string }): Preset => ({
  presetId: newUuid(),
  name: 'Conference handout',
  style: { foreground: { color: '#102030' } },
  isDefault: false,
  createdAtMs: 1_000,
  updatedAtMs: 1_000,
  version: 1,
  ...given,
});
