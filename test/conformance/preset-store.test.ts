import { newUuid } from '#shared/ids.ts';
import type { Preset } from '#shared/qr/presets/preset.ts';
import { dynamodbPresetStore } from '#shared/qr/presets/preset-store.dynamodb.ts';
import type { PresetStore } from '#shared/qr/presets/preset-store.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { memoryPresetStore } from '#test/support/memory/preset-store.ts';
import { aPreset } from '#test/support/qr/presets.ts';
import { openTables } from '#test/support/resources.ts';

const STORES: [string, () => Promise<PresetStore>][] = [
  ['in memory', async () => memoryPresetStore()],
  ['in DynamoDB', async () => dynamodbPresetStore(openDatabase(), (await openTables()).workspaces)],
];

const MOST = 100;

describe.each(STORES)('presets %s', (_name, open) => {
  let store: PresetStore;
  let workspaceId: string;

  beforeAll(async () => {
    store = await open();
  });

  beforeEach(() => {
    workspaceId = newUuid();
  });

  const created = async (members: Partial<Preset> = {}): Promise<Preset> => {
    const preset = aPreset({ workspaceId, ...members });
    expect(await store.create(preset, MOST)).toBe('created');
    return preset;
  };
  const changed = (preset: Preset, members: Partial<Preset>): Preset => ({
    ...preset,
    ...members,
    updatedAtMs: preset.updatedAtMs + 1,
    version: preset.version + 1,
  });
  const defaults = async (): Promise<string[]> =>
    (await store.list(workspaceId)).filter(({ isDefault }) => isDefault).map(({ presetId }) => presetId);

  test('what does not exist is not found, and nothing is the default', async () => {
    expect(await store.find(workspaceId, newUuid())).toBeUndefined();
    expect(await store.findDefault(workspaceId)).toBeUndefined();
    expect(await store.list(workspaceId)).toEqual([]);
    const gone = aPreset({ workspaceId });
    expect(await store.replace(gone, changed(gone, { name: 'Other' }))).toBe('changed');
    expect(await store.remove(gone)).toBe('changed');
    expect(await store.list(workspaceId)).toEqual([]);
  });

  test('a preset is kept as it is, style and all', async () => {
    const style = {
      foreground: { mode: 'gradient', gradient: { from: '#000000', to: '#003366', angle: 12.5 } },
      eyes: { color: null },
      frame: { layout: 'cta_below', text: 'Σκάναρέ με' },
      logo: null,
    } as const;
    const preset = await created({ style, isDefault: true });
    expect(await store.find(workspaceId, preset.presetId)).toEqual(preset);
    expect(await store.findDefault(workspaceId)).toEqual(preset);
    expect(await store.list(workspaceId)).toEqual([preset]);
  });

  test('another workspace sees nothing of it', async () => {
    const preset = await created({ isDefault: true });
    const other = newUuid();
    expect(await store.find(other, preset.presetId)).toBeUndefined();
    expect(await store.findDefault(other)).toBeUndefined();
    expect(await store.list(other)).toEqual([]);
    const theirs = { ...preset, workspaceId: other };
    expect(await store.replace(theirs, changed(theirs, { name: 'Stolen' }))).toBe('changed');
    expect(await store.remove(theirs)).toBe('changed');
    expect(await store.find(workspaceId, preset.presetId)).toEqual(preset);
  });

  test('an id is taken once', async () => {
    const preset = await created();
    expect(await store.create({ ...preset, name: 'Again' }, MOST)).toBe('exists');
    expect(await store.list(workspaceId)).toEqual([preset]);
  });

  test('they are listed oldest first', async () => {
    const ages = [3_000, 1_000, 2_000];
    for (const createdAtMs of ages) await created({ createdAtMs });
    expect((await store.list(workspaceId)).map((preset) => preset.createdAtMs)).toEqual(ages.toSorted());
  });

  test('of many that are made at once, only as many come to be as there may be', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => store.create(aPreset({ workspaceId }), 3)),
    );
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(5);
    expect(await store.list(workspaceId)).toHaveLength(3);
  });

  test('one that is removed makes room for another', async () => {
    const preset = await created();
    expect(await store.create(aPreset({ workspaceId }), 1)).toBe('full');
    expect(await store.remove(preset)).toBe('removed');
    expect(await store.remove(preset)).toBe('changed');
    expect(await store.create(aPreset({ workspaceId }), 1)).toBe('created');
    expect(await store.create(aPreset({ workspaceId }), 1)).toBe('full');
  });

  test('a change is written only over the version that it was made from', async () => {
    const preset = await created();
    const after = changed(preset, { name: 'Flyer', style: { quiet_zone: 6 } });
    expect(await store.replace(preset, after)).toBe('replaced');
    expect(await store.replace(preset, changed(preset, { name: 'Late' }))).toBe('changed');
    expect(await store.remove(preset)).toBe('changed');
    expect(await store.find(workspaceId, preset.presetId)).toEqual(after);
  });

  test('whatever becomes the default takes that from the one before', async () => {
    const first = await created({ isDefault: true });
    const second = await created({ isDefault: true });
    expect(await defaults()).toEqual([second.presetId]);
    const cleared = { ...first, isDefault: false };
    expect(await store.find(workspaceId, first.presetId)).toEqual(cleared);
    const again = changed(cleared, { isDefault: true });
    expect(await store.replace(cleared, again)).toBe('replaced');
    expect(await defaults()).toEqual([first.presetId]);
    expect(await store.replace(again, changed(again, { isDefault: false }))).toBe('replaced');
    expect(await defaults()).toEqual([]);
    expect(await store.findDefault(workspaceId)).toBeUndefined();
  });

  test('of many that become the default at once, one is it', async () => {
    const presets = await Promise.all([1, 2, 3, 4].map(() => created()));
    await Promise.all(presets.map((preset) => store.replace(preset, changed(preset, { isDefault: true }))));
    expect(await defaults()).toHaveLength(1);
  });

  test('who read that it was the default changes nothing when it is so no more', async () => {
    const read = await created({ isDefault: true });
    const other = await created({ isDefault: true });
    expect(await store.replace(read, changed(read, { name: 'Renamed' }))).toBe('changed');
    expect(await store.replace(read, changed(read, { isDefault: false }))).toBe('changed');
    expect(await store.remove(read)).toBe('changed');
    expect(await defaults()).toEqual([other.presetId]);
  });

  test('the default that is removed leaves none', async () => {
    const preset = await created({ isDefault: true });
    const other = await created();
    expect(await store.remove(other)).toBe('removed');
    expect(await defaults()).toEqual([preset.presetId]);
    expect(await store.remove(preset)).toBe('removed');
    expect(await store.findDefault(workspaceId)).toBeUndefined();
    expect(await store.list(workspaceId)).toEqual([]);
  });

  test('a removed preset is no default, whoever makes it one at the same time', async () => {
    const preset = await created();
    expect(await store.remove(preset)).toBe('removed');
    expect(await store.replace(preset, changed(preset, { isDefault: true }))).toBe('changed');
    expect(await defaults()).toEqual([]);
  });
});
