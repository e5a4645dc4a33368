import { uuidMs } from '../../ids.ts';
import { Problem } from '../../problem.ts';
import { PLANS } from '../../workspaces/plans.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { requireLogo } from '../keep-logo.ts';
import type { LogoStore } from '../logo-store.ts';
import { requireFrames } from '../qr-features.ts';
import type { StyleWarning } from '../style/check-style.ts';
import { effectiveStyle } from '../style/effective-style.ts';
import type { Preset } from './preset.ts';
import type { PresetReader, PresetStore } from './preset-store.ts';

export type PresetTools = {
  presets: PresetStore;
  logos: Pick<LogoStore, 'has' | 'previewUrl'>;
  now(): number;
  newId(): string;
};

/** What a person chooses of a preset. */
export type PresetChoice = Pick<Preset, 'name' | 'style' | 'isDefault'>;

/** `warnings`: of what its codes look like now; undefined when that did not change. */
export type SavedPreset = { preset: Preset; warnings: StyleWarning[] | undefined };

/** Tries before others that change the same presets at once are believed to go on for ever. */
const MAX_TRIES = 5;

/**
 * Keeps a new preset.
 * @throws Problem 'feature_not_enabled', 'invalid_style' when its codes would not scan, 'not_found' for its logo,
 *   'plan_limit'
 */
export async function createPreset(
  { presets, logos, newId }: PresetTools,
  workspace: Workspace,
  choice: PresetChoice,
): Promise<SavedPreset> {
  const { workspaceId, plan } = workspace;
  requireFrames(workspace, choice.style);
  await requireLogo(logos, workspaceId, choice.style);
  const presetId = newId();
  const atMs = uuidMs(presetId);
  const preset = { presetId, workspaceId, ...choice, createdAtMs: atMs, updatedAtMs: atMs, version: 1 };
  const warnings = await presetWarnings(preset, presets);
  const outcome = await presets.create(preset, PLANS[plan].presets);
  if (outcome === 'created') return { preset, warnings };
  if (outcome === 'full') throw noMorePresets(plan);
  throw new Error(`the new id ${presetId} is taken`);
}

const noMorePresets = (plan: Workspace['plan']): Problem => {
  const { presets: most } = PLANS[plan];
  return new Problem(
    'plan_limit',
    `The plan ${plan} includes ${most} QR preset${most === 1 ? '' : 's'}, and the workspace has ${most === 1 ? 'it' : 'them all'}; delete one first`,
  );
};

/** Whose preset is changed. */
type Named = { workspace: Workspace; presetId: string };

/**
 * Changes what is given of a preset; a style takes the place of the whole one before.
 * @param expect  throws when the preset, as it is found, is not what the caller knows
 * @throws Problem 'not_found', also for another workspace's; as createPreset does; 'conflict'
 */
export async function changePreset(
  { presets, logos, now }: Omit<PresetTools, 'newId'>,
  { workspace, presetId }: Named,
  { change, expect }: { change: Partial<PresetChoice>; expect(preset: Preset): void },
): Promise<SavedPreset> {
  if (change.style !== undefined) {
    requireFrames(workspace, change.style);
    await requireLogo(logos, workspace.workspaceId, change.style);
  }
  const looksElse = change.style !== undefined || change.isDefault !== undefined;
  for (let tried = 0; tried < MAX_TRIES; tried += 1) {
    const before = await findPreset(presets, workspace.workspaceId, presetId);
    expect(before);
    const after = { ...before, ...change, updatedAtMs: now(), version: before.version + 1 };
    const warnings = looksElse ? await presetWarnings(after, presets) : undefined;
    if ((await presets.replace(before, after)) === 'replaced') return { preset: after, warnings };
  }
  throw new Problem('conflict');
}

/** Links and renders that name it go on without it. @throws Problem 'not_found' or 'conflict' */
export async function deletePreset(
  { presets }: Pick<PresetTools, 'presets'>,
  { workspace, presetId }: Named,
  expect: (preset: Preset) => void,
): Promise<void> {
  for (let tried = 0; tried < MAX_TRIES; tried += 1) {
    const preset = await findPreset(presets, workspace.workspaceId, presetId);
    expect(preset);
    if ((await presets.remove(preset)) === 'removed') return;
  }
  throw new Problem('conflict');
}

/**
 * A preset by its id.
 * @param field  how the caller calls the id, when it stands in a body
 * @throws Problem 'not_found', also for one of another workspace
 */
export async function findPreset(
  presets: Pick<PresetReader, 'find'>,
  workspaceId: string,
  presetId: string,
  field?: string,
): Promise<Preset> {
  const preset = await presets.find(workspaceId, presetId);
  if (preset !== undefined) return preset;
  throw new Problem('not_found', `There is no QR preset ${presetId} in this workspace.`, { field });
}

/** As its codes will be drawn: over the default preset, unless it is that itself. @throws Problem 'invalid_style' */
async function presetWarnings(preset: Preset, presets: Pick<PresetReader, 'findDefault'>) {
  const below = preset.isDefault ? undefined : await presets.findDefault(preset.workspaceId);
  const lies = below !== undefined && below.presetId !== preset.presetId;
  return effectiveStyle([...(lies ? [below.style] : []), preset.style]).warnings;
}
