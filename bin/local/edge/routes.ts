/** A route of an HTTP API: `$default`, or a method (or ANY) and a path with `{parameters}` and `{greedy+}` ones. */
export interface Route<Target> {
  key: string;
  method: string;
  path: RegExp;
  /** The more specific of two routes that match is the one with the lower rank. */
  rank: string;
  target: Target;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
export function parseRoute<Target>(key: string, target: Target): Route<Target> {
  if (key === '$default') return { key, method: 'ANY', path: /^/, rank: '\uFFFF', target };
  const [method = '', template = ''] = key.split(' ');
  const pattern = template
    .split(/(\{[^}]+\})/)
    .map((part) =>
      part.replace(/^\{([^}+]+)(\+?)\}$/, (_, name, greedy) => `(?<${name}>${greedy ? '.+' : '[^/]+'})`),
    )
    .map((part) => (part.startsWith('(?<') ? part : part.replace(/[.*+?^$|()[\]\\]/g, '\\$&')));
  const rank =
    template.replace(/\{[^}]+\+\}/g, '\uFFFE').replace(/\{[^}]+\}/g, '\uFFFD') +
    (method === 'ANY' ? '~' : '');
  return { key, method, path: new RegExp(`^${pattern.join('')}$`), rank, target };
}

/** The route that API Gateway would choose, with its path parameters if it has any. */
export function matchRoute<Target>(routes: Route<Target>[], method: string, path: string) {
  const matching = routes.filter(
    (route) => (route.method === 'ANY' || route.method === method) && route.path.test(path),
  );
  const [route] = matching.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  if (!route) return undefined;
  const groups = route.path.exec(path)?.groups;
  return { route, pathParameters: groups && { ...groups } };
}
