import { textUpTo } from '../../characters.ts';
import { SOME_PLAIN_TEXT } from '../../links/link-fields.ts';
import type { StyleLayer } from '../style/style-layer.ts';

export const MAX_PRESET_NAME = 120;

/** A style that a workspace keeps under a name, as a layer: it says only what differs from what lies below it. */
export type Preset = {
  /** A UUIDv7. */
  presetId: string;
  workspaceId: string;
  name: string;
  style: StyleLayer;
  /** Lies under whatever the workspace draws; at most one preset of a workspace is the default. */
  isDefault: boolean;
  createdAtMs: number;
  updatedAtMs: number;
  /** Counts changes; one is written only over the version that it was made from. */
  version: number;
};

/** One line of 1 to 120 characters, without space around it. */
export const presetName = textUpTo(MAX_PRESET_NAME)
  .regex(SOME_PLAIN_TEXT, 'it must hold text, and no control characters')
  .trim()
  .meta({ examples: ['Conference handout'] });

/** Names a state of a preset for If-Match; it also changes when another preset becomes the default. */
export const presetEtag = ({ version, isDefault }: Preset): string =>
  `"${version}${isDefault ? '-default' : ''}"`;
