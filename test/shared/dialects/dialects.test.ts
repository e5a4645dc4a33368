import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DIALECTS, dialectOfPath } from '#shared/dialects/dialects.ts';

test.each([
  ['/v4/groups/x/exports', 'bitly'],
  ['/v4', 'bitly'],
  ['/link/external/v1/nothing', 'codelloy'],
  ['/api/v1/projects/x/links/export', 'ulink'],
  ['/api/v1/links', 'nimriz'],
  ['/v41', 'nimriz'],
  ['/', 'nimriz'],
  ['*', 'nimriz'],
])('%s is refused in the dialect of %s', (path, dialect) => {
  expect(dialectOfPath(path)).toBe(dialect);
});

test('the registry has an entry for each folder, and each folder has its entry', () => {
  const rooms = readdirSync(join(import.meta.dirname, '../../../shared/dialects'), { withFileTypes: true });
  const folders = rooms.filter((room) => room.isDirectory()).map(({ name }) => name);
  expect(Object.keys(DIALECTS).sort()).toEqual(folders.sort());
});
