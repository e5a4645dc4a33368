/** Rows as lines with aligned columns, under a line of their names. */
export function columns(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [names, ...rows];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
