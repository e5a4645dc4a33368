/** What may stand between the cells of a CSV file: much of Europe's spreadsheets want semicolons. */
export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];
