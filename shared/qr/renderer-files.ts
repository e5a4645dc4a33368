/**
 * Files that the renderer reads when it opens, by the name of the package that ships each. The build places them beside
 * every bundle that holds the renderer, under their last name.
 */
export const RENDERER_FILES = {
  /** MPL-2.0 */
  rasterizer: '@resvg/resvg-wasm/index_bg.wasm',
  /** Inter SemiBold: Latin, Greek and Cyrillic; SIL Open Font License 1.1 */
  typeface: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
} as const;
