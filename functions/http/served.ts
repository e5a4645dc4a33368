import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type DialectName, dialectOfPath } from '#shared/dialects/dialects.ts';
import type { Principal } from '#shared/workspaces/workspace.ts';
import type { Route } from './route.ts';

/** What is known about a request while it is served: the log line and refusals read it. */
export type Served = {
  route: Route<never> | undefined;
  dialect: DialectName;
  principal: Principal | undefined;
  /** Sent with the answer, whichever it becomes: the rate limit's headers. */
  headers: Record<string, string>;
};

const SERVED = new WeakMap<object, Served>();

/** The record of the request that an event carries, made at first sight and gone with the event. */
export function servedOf(event: APIGatewayProxyEventV2): Served {
  const known = SERVED.get(event);
  if (known) return known;
  const served: Served = {
    route: undefined,
    dialect: dialectOfPath(event.rawPath),
    principal: undefined,
    headers: {},
  };
  SERVED.set(event, served);
  return served;
}
