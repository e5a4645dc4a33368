/** Every environment variable that a function may be given; lib/ grants each together with its permission. */
export const VARIABLES = [
  'WORKSPACES_TABLE',
  'LINKS_TABLE',
  'CLICKS_TABLE',
  'JOBS_TABLE',
  'FILES_BUCKET',
  'CLICKS_QUEUE_URL',
  'EXPORTS_QUEUE_URL',
  'ROLL_UPS_QUEUE_URL',
  'EDGE_SECRET',
  'EDGE_SECRET_PREVIOUS',
  'SHORT_ORIGIN',
  'SHORT_DOMAINS',
  'HORIZON_SECONDS',
  'ALLOWED_ORIGINS',
  'SESSION_ISSUER',
  'SESSION_JWKS_URL',
  'SESSION_AUDIENCE',
] as const;

export type Variable = (typeof VARIABLES)[number];

/** Variables that a deployment may leave empty: no other origins, no external session issuer, no short domains but the first, no rotation. */
const MAY_BE_EMPTY = new Set<Variable>([
  'ALLOWED_ORIGINS',
  'EDGE_SECRET_PREVIOUS',
  'SHORT_DOMAINS',
  'SESSION_ISSUER',
  'SESSION_JWKS_URL',
  'SESSION_AUDIENCE',
]);

/**
 * The named variables of the environment.
 * @throws Error that names all missing ones at once, so that a wrong template shows at cold start
 */
export function readEnv<Name extends Variable>(...names: Name[]): Record<Name, string> {
  const missing = names.filter((name) => {
    const value = process.env[name];
    return value === undefined || (value === '' && !MAY_BE_EMPTY.has(name));
  });
  if (missing.length > 0) throw new Error(`missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}
