import { Problem } from '#shared/problem.ts';
import { shortened } from '#shared/quoted.ts';
import type { RouteDoc } from './route.ts';

export type Match<R> = { route: R; params: Record<string, string> };

/**
 * A function that finds the route of a request. Paths match exactly: case, slashes and encoding count, but for one
 * slash at the end. A literal segment wins over a parameter.
 * @param elsewhere  routes that the edge sends to another function, by their very path
 * @throws Problem 'not_found', or 'method_not_allowed' with an Allow header
 */
export function createRouter<R extends RouteDoc>(
  routes: readonly R[],
  elsewhere: readonly RouteDoc[] = [],
): (method: string, rawPath: string) => Match<R> {
  const compiled = routes
    .map((route) => ({ route, pattern: patternOf(route.path), rank: route.path.replace(/\{\w+\}/g, '~') }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const others = elsewhere.map((route) => patternOf(route.path));
  return (method, sentPath) => {
    const rawPath = withoutSlash(sentPath);
    const hits = compiled.filter(({ pattern }) => pattern.test(rawPath));
    if (hits.length === 0)
      throw nothingAt(sentPath, others.some((pattern) => pattern.test(rawPath)) ? rawPath : undefined);
    const hit = hits.find(
      ({ route }) => route.method === method || (route.method === 'GET' && method === 'HEAD'),
    );
    if (!hit)
      throw notAllowed(
        method,
        rawPath,
        hits.map(({ route }) => route.method),
      );
    return { route: hit.route, params: decodeParams(hit.pattern.exec(rawPath)?.groups ?? {}) };
  };
}

const withoutSlash = (path: string): string =>
  path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;

/** @param meant  the path that the edge would have sent elsewhere */
function nothingAt(path: string, meant: string | undefined): Problem {
  const hint =
    meant === undefined || meant === path ? '' : `; without the slash at its end it is ${shown(meant)}`;
  return new Problem('not_found', `there is no ${shown(path)} here${hint}`);
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

function notAllowed(method: string, path: string, methods: readonly string[]): Problem {
  const allow = [...new Set(methods)].sort().join(', ');
  const message = `${shown(path)} does not take ${shortened(method, 20)}; allowed: ${allow}`;
  return new Problem('method_not_allowed', message, { headers: { allow } });
}

function decodeParams(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch (cause) {
    throw new Problem('invalid_request', 'the path holds a percent sign that begins no valid encoding', {
      cause,
    });
  }
}

const shown = (path: string): string => (path.length > 120 ? `${path.slice(0, 120)}…` : path);
