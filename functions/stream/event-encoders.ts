import { codelloy } from '#shared/dialects/codelloy/codelloy.ts';
import type { CodelloyEvent } from '#shared/dialects/codelloy/event.ts';
import type { Column, ColumnTable, Encoder } from '#shared/exports/files/columns.ts';
import { csvEncoder, csvHeader } from '#shared/exports/files/csv.ts';

const { fields, safe } = codelloy.tables.events;

const COLUMNS: ColumnTable<CodelloyEvent> = Object.fromEntries(
  fields.map((name): [string, Column<CodelloyEvent>] => [
    name,
    { text: (event) => String(event[name] ?? ''), safe: safe.has(name) },
  ]),
);

const ndjson: Encoder<CodelloyEvent> = (events) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

export type EventFormat = {
  contentType: string;
  extension: string;
  header: string;
  encode: Encoder<CodelloyEvent>;
  /** Bytes of a typical event, rounded up: tells before reading whether a range fits one answer. */
  eventBytes: number;
};

/** What the events export can write. */
export const EVENT_FORMATS = {
  json: {
    contentType: 'application/x-ndjson',
    extension: 'ndjson',
    header: '',
    encode: ndjson,
    eventBytes: 720,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    header: csvHeader(fields, ','),
    encode: csvEncoder(COLUMNS, fields, { profile: 'excel', delimiter: ',' }),
    eventBytes: 360,
  },
} as const satisfies Record<string, EventFormat>;
