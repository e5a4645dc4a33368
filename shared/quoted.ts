const MAX_CHARACTERS = 80;

/** A text as messages show it: in double quotes, control characters escaped, cut after 80 characters. */
export const quoted = (text: string): string => JSON.stringify(shortened(text, MAX_CHARACTERS));

/** A text cut after so many UTF-16 units, never within a character; an ellipsis says so. */
export const shortened = (text: string, units: number): string =>
  text.length > units ? `${text.slice(0, units).replace(/[\ud800-\udbff]$/, '')}…` : text;

/** A few of many names, then how many more there are: `"a", "b", "c" and 79,997 more`. */
export function someOf(names: readonly string[], few = 3): string {
  const shown = names.slice(0, few).map(quoted).join(', ');
  const more = names.length - few;
  return more > 0 ? `${shown} and ${more.toLocaleString('en')} more` : shown;
}
