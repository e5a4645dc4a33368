import { Readable } from 'node:stream';
import * as z from 'zod';
import type { CommonTools } from '#functions/http/open-tools.ts';
import { shownAs } from '#functions/http/query-fields.ts';
import { type Route, route } from '#functions/http/route.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickFrom } from '#shared/clicks/click-item.ts';
import type { ClickReader } from '#shared/clicks/read/click-reader.ts';
import { codelloy } from '#shared/dialects/codelloy/codelloy.ts';
import { type EventsRange, eventsRange } from '#shared/dialects/codelloy/events-range.ts';
import { Problem } from '#shared/problem.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';
import { EVENT_FORMATS, type EventFormat } from './event-encoders.ts';
import { largestRange } from './largest-range.ts';

const { fields, row } = codelloy.tables.events;

export type StreamTools = CommonTools & {
  clicks: Pick<ClickReader, 'read'>;
  totals: Pick<TotalsReader, 'workspaceDays'>;
};

/**
 * A streamed answer of Lambda ends at 200 MB; what is estimated beyond 180 MB is refused before a byte is sent.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
const STREAM_LIMIT_BYTES = 200 * 1024 * 1024;
const ESTIMATE_LIMIT_BYTES = 180 * 1024 * 1024;

const dayOrInstant = z
  .string()
  .optional()
  .describe('A whole UTC day, or an instant with an offset; both ends are included.')
  .meta({
    param: { required: true },
    examples: ['2026-11-01', '2026-11-01T10:00:00Z'],
    ...shownAs({
      anyOf: [z.iso.date(), z.iso.datetime({ offset: true })].map((form) => {
        const { $schema: _$schema, ...shown } = z.toJSONSchema(form);
        return shown;
      }),
    }),
  });

const Query = z.strictObject({
  // Both are required; the handler says so in this dialect's words.
  from: dayOrInstant,
  to: dayOrInstant,
  // Of another route; named so that its refusal can say which.
  since: z
    .string()
    .optional()
    .meta(shownAs({ not: {} })),
  format: z.enum(['json', 'csv']).default('json'),
});

/** `GET /link/external/v1/analytics/events/export`: every event of a range as one file, streamed as it is read. */
export const eventsExportRoutes: Route<StreamTools>[] = [
  route<StreamTools>()({
    method: 'GET',
    path: '/link/external/v1/analytics/events/export',
    function: 'stream',
    dialect: 'codelloy',
    auth: 'workspace',
    scope: 'analytics:read',
    limit: codelloy.limits.export,
    summary: 'Every click event of a range as NDJSON or CSV, streamed.',
    tag: 'events',
    query: Query,
    responses: {
      200: {
        description: 'One event a line, as JSON or, behind a header row, as CSV.',
        contentTypes: {
          'application/x-ndjson': '{"eventId":"01KB4X0000000000000000000A","schemaVersion":1}\n',
          'text/csv': `${fields.join(',')}\r\n`,
        },
        headers: ['Content-Disposition'],
      },
    },
    handler: async ({ principal: { workspace }, query }, tools) => {
      if (query.since !== undefined) {
        throw new Problem(
          'invalid_request',
          'since belongs to the sync of events; an export takes from and to',
        );
      }
      const format = EVENT_FORMATS[query.format];
      const range = eventsRange(query, workspace, tools.now());
      await refuseTooLarge(workspace, range, format, tools);
      const name = `events-${dayOf(range.fromMs)}-${dayOf(range.toMs)}.${format.extension}`;
      return {
        status: 200,
        headers: {
          'content-type': format.contentType,
          'content-disposition': `attachment; filename="${name}"`,
        },
        body: Readable.from(await begun(bytes(workspace.workspaceId, range, format, tools))),
      };
    },
  }),
];

async function refuseTooLarge(
  workspace: Workspace,
  range: EventsRange,
  format: EventFormat,
  { totals }: StreamTools,
): Promise<void> {
  if (range.fromMs > range.toMs) return;
  const days = await totals.workspaceDays(workspace.workspaceId, dayOf(range.fromMs), dayOf(range.toMs));
  const events = Math.floor(ESTIMATE_LIMIT_BYTES / format.eventBytes);
  const fits = largestRange(range, days, events);
  if (fits.toMs === range.toMs) return;
  const [from, to] = [fits.fromMs, fits.toMs].map((ms) => new Date(ms).toISOString());
  throw new Problem(
    'invalid_request',
    `the range holds more than one answer can carry; the largest that fits from there is from=${from} to=${to}`,
  );
}

/** @throws Error in mid-file when the answer grows past what Lambda streams: the connection breaks, it never ends cleanly */
async function* bytes(
  workspaceId: string,
  range: EventsRange,
  format: EventFormat,
  { clicks }: StreamTools,
): AsyncGenerator<Buffer> {
  let sent = 0;
  let head = format.header;
  for await (const batch of clicks.read({ workspaceId, ...range })) {
    const chunk = Buffer.from(head + format.encode(batch.map((raw) => row(clickFrom(raw)))));
    head = '';
    sent += chunk.length;
    if (sent > STREAM_LIMIT_BYTES)
      throw new Error(`the events export of ${workspaceId} is larger than one answer`);
    yield chunk;
  }
  if (head !== '') yield Buffer.from(head);
}

/**
 * The same chunks, the first of which has been read: what fails up to there is answered with its own status, and not
 * with a 200 that breaks.
 */
async function begun<T>(chunks: AsyncGenerator<T, void>): Promise<AsyncIterable<T>> {
  let first: IteratorResult<T, void> | undefined = await chunks.next();
  const next = async () => {
    const result = first ?? (await chunks.next());
    first = undefined;
    return result;
  };
  // Not a generator: one that nobody began, as after a HEAD, would leave the chunks open.
  return { [Symbol.asyncIterator]: () => ({ next, return: () => chunks.return() }) };
}
