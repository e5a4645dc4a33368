/** `npm run readme`: writes the parts of the README that are made from tables: routes, runbook. A test compares them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTE_TABLE } from '#functions/api/routes.ts';
import type { RouteDoc } from '#functions/http/route.ts';
import { runbookMarkdown } from '#lib/runbook.ts';

export const README = join(import.meta.dirname, '../README.md');

const CALLERS: Record<RouteDoc['auth'], string> = {
  workspace: 'key or session',
  session: 'session',
  conversion: 'signature',
  token: 'signed token',
  public: 'anyone',
};

/** The route table as Markdown, in the order of paths. */
export function routesMarkdown(routes: readonly RouteDoc[]): string {
  const rows = routes
    .toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1))
    .map(
      ({ method, path, auth, scope, summary }) =>
        `| \`${method} ${path}\` | ${CALLERS[auth]}${scope ? `, \`${scope}\`` : ''} | ${summary} |`,
    );
  return ['| route | who may call | what it does |', '|---|---|---|', ...rows].join('\n');
}

/**
 * The README with its made parts written anew; each stands between `<!-- name -->` and `<!-- /name -->`.
 * @throws Error when a mark is missing
 */
export function renderReadme(text: string): string {
  const parts = { routes: routesMarkdown(ROUTE_TABLE), runbook: runbookMarkdown() };
  return Object.entries(parts).reduce((whole, [name, part]) => {
    const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marked.test(whole)) throw new Error(`the README has no <!-- ${name} --> … <!-- /${name} -->`);
    return whole.replace(marked, (_, begin: string, end: string) => `${begin}\n${part.trim()}\n\n${end}`);
  }, text);
}

if (import.meta.main) writeFileSync(README, renderReadme(readFileSync(README, 'utf8')));
