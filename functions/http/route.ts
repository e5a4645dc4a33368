import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { DialectName } from '#shared/dialects/dialects.ts';
import type { ProblemCode } from '#shared/problem.ts';
import type { RequestLimit } from '#shared/workspaces/limit-requests.ts';
import type { Principal, Scope } from '#shared/workspaces/workspace.ts';

/** The functions that serve HTTP; `api` takes whatever no other one names. */
export type HttpFunction = 'api' | 'qr' | 'stream';

/**
 * How a route knows its caller. `workspace`: API key or session. `session`: session, or a key with
 * its dialect's `sessionScope`.
 * `conversion`: the HMAC of the callback, checked by the handler. `token`: a signed token in the path.
 */
export type Auth = 'workspace' | 'session' | 'conversion' | 'token' | 'public';

/** A validated request as a handler sees it. */
export type ApiRequest<Params = unknown, Query = unknown, Body = unknown> = {
  /** Present on `workspace` and `session` routes. */
  principal: Principal;
  params: Params;
  query: Query;
  body: Body;
  /** The body's bytes as they came. */
  rawBody: Buffer;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  requestId: string;
  /** Scheme and host that the caller used, `https://links.example.com`: for absolute URLs in answers. */
  origin: string;
  /** The caller's address as the edge saw it; never stored. */
  viewerAddress: string;
};

/** `body`: an object goes out as JSON; text, bytes and (where the function streams) a stream as they are, typed by `headers`. */
export type ApiAnswer = {
  status: number;
  headers?: Record<string, string>;
  body?: object | string | Buffer | Readable;
};

/** Headers that an answer may have and a caller may need. */
export type AnswerHeaderName =
  | 'Allow'
  | 'Cache-Control'
  | 'Content-Disposition'
  | 'ETag'
  | 'Location'
  | 'Preference-Applied'
  | 'RateLimit-Limit'
  | 'RateLimit-Remaining'
  | 'RateLimit-Reset'
  | 'Retry-After'
  | 'WWW-Authenticate';

/** Headers that a route may read, beside those of the credential. */
export type RequestHeaderName = 'Idempotency-Key' | 'If-Match' | 'If-None-Match' | 'Prefer';

export type ResponseDoc = {
  description: string;
  schema?: z.ZodType;
  /** Media types in which it may come, each with an example; JSON unless given. */
  contentTypes?: Readonly<Record<string, string>>;
  /** Beside Cache-Control and RateLimit-*; `Retry-After?` is one that may be absent. */
  headers?: readonly (AnswerHeaderName | `${AnswerHeaderName}?`)[];
};

export type RouteDoc = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/links/{id}`: each parameter is one path segment. */
  path: string;
  function: HttpFunction;
  dialect: DialectName;
  auth: Auth;
  scope?: Scope;
  /** One sentence: OpenAPI's summary and the README's table. */
  summary: string;
  /** The noun it belongs to: OpenAPI's tag. */
  tag: string;
  /** One of its dialect's `limits`; their `requests` unless given. */
  limit?: RequestLimit;
  /** A path parameter that names a workspace: another one than the credential's is 404. */
  workspaceParam?: string;
  /** Bytes; 256 kB unless given. */
  bodyLimitBytes?: number;
  /** `json` unless given; `raw` hands the bytes on unparsed. */
  bodyType?: 'json' | 'raw';
  /** What OpenAPI calls the body; application/json unless given. */
  bodyContentType?: string;
  /** Of a body that is not JSON; those of JSON are made from its schema. */
  bodyExample?: string;
  /** The body holds a password or its kin: no refusal quotes anything of it. */
  secretBody?: boolean;
  requestHeaders?: readonly RequestHeaderName[];
  /** Refusals of its own, beside those that its credential, parameters, headers and body bring along. */
  problems?: readonly ProblemCode[];
  /** Answers that refuse nothing; the others follow from the row. */
  responses: Record<number, ResponseDoc>;
};

/** One row of the route table, as the router uses it. */
export type Route<Tools> = RouteDoc & {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  handler: (request: ApiRequest<never, never, never>, tools: Tools) => Promise<ApiAnswer>;
};

type RouteDefinition<Tools, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = RouteDoc & {
  params?: P;
  /** Repeated parameters come as arrays of strings, single ones as strings; an unknown one is a 400 (use strictObject). */
  query?: Q;
  body?: B;
  handler: (request: ApiRequest<z.output<P>, z.output<Q>, z.output<B>>, tools: Tools) => Promise<ApiAnswer>;
};

/**
 * A row of the route table; the handler's parameter types follow from its schemas.
 * `route<LinkTools>()({ method: 'GET', … })`: curried because TypeScript infers all type arguments or none.
 */
export const route =
  <Tools>() =>
  <
    P extends z.ZodType = z.ZodUndefined,
    Q extends z.ZodType = z.ZodUndefined,
    B extends z.ZodType = z.ZodUndefined,
  >(
    definition: RouteDefinition<Tools, P, Q, B>,
  ): Route<Tools> =>
    definition as unknown as Route<Tools>;
