import { seedLinks } from '#bin/local/seed-links.ts';
import { whatToTry } from '#bin/local/what-to-try.ts';
import { startTestStack, type TestStack } from '#test/support/local-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack?.stop());

const listSlugs = async (): Promise<string[]> => {
  const headers = { authorization: `Bearer ${stack.apiKey}` };
  const { links } = (await (await fetch(`${stack.apiUrl}/api/v1/links`, { headers })).json()) as {
    links: { short_code: string }[];
  };
  return links.map(({ short_code }) => short_code).sort();
};

test('a key that is not valid seeds nothing', async () => {
  await expect(seedLinks({ ...stack, apiKey: 'wrong' })).rejects.toThrow(
    /\/api\/v1\/links\?limit=1 answered 401/,
  );
});

test('the example links are made once, and the first that is shown leads on', async () => {
  await seedLinks(stack);
  await seedLinks(stack);
  expect(await listSlugs()).toEqual(['get-app', 'handbook', 'spring-sale', 'welcome']);
  const [, shown = ''] = /curl -i (\S+)/.exec(whatToTry(stack)) ?? [];
  const response = await fetch(shown, { redirect: 'manual' });
  expect(response.headers.get('location')).toBe('https://example.com/welcome');
});
