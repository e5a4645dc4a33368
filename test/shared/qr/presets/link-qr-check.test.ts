import { newUuid } from '#shared/ids.ts';
import { linkQrCheck } from '#shared/qr/presets/link-qr-check.ts';
import { memoryLogoStore } from '#test/support/memory/logo-store.ts';
import { memoryPresetStore } from '#test/support/memory/preset-store.ts';
import { aPreset } from '#test/support/qr/presets.ts';
import { exampleWorkspace } from '#test/support/workspaces.ts';

const SOURCE = { field: 'qr', where: 'body' };

function open() {
  const workspace = exampleWorkspace({ workspaceId: newUuid() });
  const presets = memoryPresetStore();
  const asked: string[] = [];
  const counting = {
    find: (workspaceId: string, presetId: string) => {
      asked.push(presetId);
      return presets.find(workspaceId, presetId);
    },
    findDefault: (workspaceId: string) => {
      asked.push('default');
      return presets.findDefault(workspaceId);
    },
  };
  const check = linkQrCheck(workspace, { presets: counting, logos: memoryLogoStore() });
  return { workspaceId: workspace.workspaceId, presets, check, asked };
}

test('presets are read once, however many links name them at once', async () => {
  const { workspaceId, presets, check, asked } = open();
  const preset = aPreset({ workspaceId });
  await presets.create(preset, 1);
  const state = { presetId: preset.presetId, style: { quiet_zone: 5 } };
  const checked = await Promise.all(Array.from({ length: 25 }, () => check(state, SOURCE)));
  expect(checked).toHaveLength(25);
  expect(asked.toSorted()).toEqual([preset.presetId, 'default'].toSorted());
});

test('a style comes back as it is kept', async () => {
  const { check } = open();
  const style = { foreground: { color: '#0A0B0C' }, frame: { layout: 'badge', text: ' e\u0301 ' } };
  expect(await check({ presetId: null, style }, SOURCE)).toEqual({
    qr: {
      presetId: null,
      style: { foreground: { color: '#0a0b0c' }, frame: { layout: 'badge', text: 'é' } },
    },
    warnings: [],
  });
});

test('nothing said is nothing to refuse', async () => {
  const { check } = open();
  const none = { presetId: null, style: null };
  expect(await check(none, SOURCE)).toEqual({ qr: none, warnings: [] });
});
