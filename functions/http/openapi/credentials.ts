import type { Auth } from '../route.ts';

/** What OpenAPI calls the ways in which a route knows its caller; one of a list is enough. */
export const SECURITY: Record<Auth, Record<string, string[]>[]> = {
  workspace: [{ bearer: [] }, { nimApiKey: [] }, { apiKey: [] }],
  session: [{ bearer: [] }],
  conversion: [{ conversionSignature: [], conversionTimestamp: [] }],
  // The token stands in the path.
  token: [],
  public: [],
};

export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A workspace API key or a session token.' },
  nimApiKey: { type: 'apiKey', in: 'header', name: 'X-Nim-Api-Key', description: 'A workspace API key.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY', description: 'A workspace API key.' },
  conversionSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Nim-Signature',
    description:
      '`v1=` and 64 lower-case hexadecimal digits: HMAC-SHA256 by the conversion secret over X-Nim-Timestamp, a full stop and the body.',
  },
  conversionTimestamp: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Nim-Timestamp',
    description: 'Seconds since 1970 when the request was signed; at most 300 from now.',
  },
} as const;
