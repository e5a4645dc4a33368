import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type ClockGuard, ClockWatch, clockGuard } from './clock-guard.ts';
import type { Horizon } from './horizon.ts';

type Response = { headers?: Record<string, string> };

/**
 * A guard over the `Date` headers of whatever the client is answered; it asks for an item of the table itself when
 * there was no answer for a minute.
 */
export function watchedClock(
  client: DynamoDBClient,
  table: string,
  { clockBoundMs }: Horizon,
  now: () => number,
): ClockGuard {
  const watch = new ClockWatch();
  watchClock(client, watch, now);
  const probe = () =>
    client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'clock' }, sk: { S: 'clock' } } }));
  return clockGuard({ watch, boundMs: clockBoundMs, now, probe });
}

/** Lets a watch observe the `Date` header of every answer that the client gets, refusals too. */
export function watchClock(client: DynamoDBClient, watch: ClockWatch, now: () => number): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentAtMs = now();
      const result = await next(args);
      const dateMs = Date.parse((result.response as Response).headers?.date ?? '');
      if (!Number.isNaN(dateMs)) watch.observe({ sentAtMs, receivedAtMs: now(), dateMs });
      return result;
    },
    // Inside the retries, next to the wire, where the answer is still an HTTP response.
    { step: 'deserialize', priority: 'low', name: 'watchClock' },
  );
}
