import * as z from 'zod';
import { ROUTE_TABLE } from '#functions/api/routes.ts';
import { SECRET_FIELD } from '#shared/input/problem-from-zod.ts';
import { openLinkApi } from '#test/support/link-api.ts';

const shownBody = (body: z.ZodType) => z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });

/** Names of all members that a schema has, at any depth. */
function membersOf(schema: unknown): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(membersOf)];
}

const holdsSecrets = ROUTE_TABLE.filter(
  ({ body }) => body && membersOf(shownBody(body)).some((name) => SECRET_FIELD.test(name)),
);

/** Each says the password where something else should stand, or breaks off behind it. */
const BODIES = [
  'hunter2',
  '"hunter2"',
  '["hunter2"]',
  '[["password","hunter2"]]',
  '{"password":hunter2}',
  '{"password":"hunter2"',
  '{"password":"hunter2',
  '{"password":"hunter2",}',
  "{'password':'hunter2'}",
  '{"password":"hunter2"} hunter2',
  '{"password":["hunter2"]}',
  '{"password":{"hunter2":1}}',
  '{"password":{"value":"hunter2"}}',
  '{"password":"hunter2\\u0000"}',
  '{"password":"hunter2","password":"hunter2"}',
  '{"url_id":"hunter2","domain_id":"hunter2","password":"x"}',
  '{"url_id":["hunter2"],"domain_id":{"password":"hunter2"},"password":"x"}',
  '{"password":"\\ud83dhunter2"}',
  'password=hunter2',
];

let call: ReturnType<Awaited<ReturnType<typeof openLinkApi>>['callAs']>;

beforeAll(async () => {
  const api = await openLinkApi();
  call = api.callAs((await api.open()).apiKey);
});

describe('a body that holds a secret', () => {
  test('is marked as such wherever a route takes one', () => {
    expect(holdsSecrets.map(({ path }) => path)).toEqual(
      ROUTE_TABLE.filter(({ secretBody }) => secretBody).map(({ path }) => path),
    );
    expect(holdsSecrets.map(({ path }) => path)).toContain('/api/update-password');
  });

  test.each(holdsSecrets.map(({ method, path }) => [method, path] as const))(
    'is never quoted by %s %s',
    async (method, path) => {
      for (const body of [...BODIES, `{"password":${'7'.repeat(400)}}`]) {
        const { status, text } = await call(method, path, body);
        expect({ body, status }).toEqual({ body, status: 400 });
        expect(text).not.toMatch(/hunter|777/);
      }
    },
  );
});
