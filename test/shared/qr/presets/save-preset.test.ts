import { newUuid, uuidMs } from '#shared/ids.ts';
import type { Preset } from '#shared/qr/presets/preset.ts';
import { changePreset, createPreset, deletePreset } from '#shared/qr/presets/save-preset.ts';
import { memoryLogoStore } from '#test/support/memory/logo-store.ts';
import { memoryPresetStore } from '#test/support/memory/preset-store.ts';
import { exampleWorkspace } from '#test/support/workspaces.ts';

const STYLE = { foreground: { color: '#102030' } };
const anything = () => undefined;

function open() {
  const workspace = exampleWorkspace({ workspaceId: newUuid(), plan: 'free' });
  const presets = memoryPresetStore();
  const tools = { presets, logos: memoryLogoStore(), now: () => 9_000, newId: newUuid };
  const create = (members: object = {}) =>
    createPreset(tools, workspace, { name: 'Handout', style: STYLE, isDefault: false, ...members });
  return { workspace, presets, tools, create };
}

/** Has somebody else rename the preset between every look at it and the write that follows. */
function busy({ presets, workspace }: ReturnType<typeof open>, times: number) {
  let left = times;
  const meddle = async (preset: Preset): Promise<void> => {
    if (left === 0) return;
    left -= 1;
    await presets.replace(preset, { ...preset, name: `Theirs ${left}`, version: preset.version + 1 });
  };
  return {
    ...presets,
    find: async (_workspaceId: string, presetId: string) => {
      const preset = await presets.find(workspace.workspaceId, presetId);
      if (preset) await meddle(preset);
      return preset;
    },
  };
}

test('a preset is made at the instant of its id', async () => {
  const { create } = open();
  const { preset } = await create();
  expect(preset).toMatchObject({ createdAtMs: uuidMs(preset.presetId), version: 1 });
  expect(preset.updatedAtMs).toBe(preset.createdAtMs);
});

test('a change is made anew over what others changed meanwhile', async () => {
  const world = open();
  const { presetId } = (await world.create()).preset;
  const tools = { ...world.tools, presets: busy(world, 2) };
  const change = { style: { quiet_zone: 6 } };
  const { preset } = await changePreset(
    tools,
    { workspace: world.workspace, presetId },
    { change, expect: anything },
  );
  expect(preset).toMatchObject({
    name: 'Theirs 0',
    style: { quiet_zone: 6 },
    version: 4,
    updatedAtMs: 9_000,
  });
  expect(await world.presets.find(world.workspace.workspaceId, presetId)).toEqual(preset);
});

test('others who never cease to change it are a conflict', async () => {
  const world = open();
  const named = { workspace: world.workspace, presetId: (await world.create()).preset.presetId };
  const tools = { ...world.tools, presets: busy(world, 1_000) };
  const change = { name: 'Mine' };
  await expect(changePreset(tools, named, { change, expect: anything })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(deletePreset(tools, named, anything)).rejects.toMatchObject({ code: 'conflict' });
  expect(await world.presets.list(world.workspace.workspaceId)).toMatchObject([
    { name: expect.stringMatching(/^Theirs/) },
  ]);
});

test('what the caller does not know any more is asked about at every try', async () => {
  const world = open();
  const { presetId } = (await world.create()).preset;
  const tools = { ...world.tools, presets: busy(world, 1) };
  const expectFirst = ({ version }: Preset): void => {
    if (version !== 1) throw new Error(`version ${version}`);
  };
  const changes = { change: { name: 'Mine' }, expect: expectFirst };
  await expect(changePreset(tools, { workspace: world.workspace, presetId }, changes)).rejects.toThrow(
    'version 2',
  );
});

test('a name alone is changed without a look at the style, which may not scan any more', async () => {
  const { workspace, presets, tools, create } = open();
  const { preset } = await create({ isDefault: true, style: { background: { color: '#808080' } } });
  const dark = { ...preset, style: { background: { color: '#202020' } }, version: 2 };
  await presets.replace(preset, dark);
  const named = { workspace, presetId: preset.presetId };
  const { warnings } = await changePreset(tools, named, { change: { name: 'B' }, expect: anything });
  expect(warnings).toBeUndefined();
  const restyled = changePreset(tools, named, { change: { isDefault: false }, expect: anything });
  await expect(restyled).rejects.toMatchObject({ code: 'invalid_style' });
});
