import {
  CODELLOY_EVENT_FIELDS,
  type CodelloyEvent,
  SAFE_CODELLOY_FIELDS,
} from '#shared/dialects/codelloy/event.ts';
import type { Column, ColumnTable, Encoder } from '#shared/exports/files/columns.ts';
import { csvEncoder, csvHeader } from '#shared/exports/files/csv.ts';

const COLUMNS: ColumnTable<CodelloyEvent> = Object.fromEntries(
  CODELLOY_EVENT_FIELDS.map((name): [string, Column<CodelloyEvent>] => [
    name,
    { text: (event) => String(event[name] ?? ''), safe: SAFE_CODELLOY_FIELDS.has(name) },
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
    header: csvHeader(CODELLOY_EVENT_FIELDS, ','),
    encode: csvEncoder(COLUMNS, CODELLOY_EVENT_FIELDS, { profile: 'excel', delimiter: ',' }),
    eventBytes: 360,
  },
} as const satisfies Record<string, EventFormat>;
