import { openRedirect, slugLink, visit } from './open-redirect.ts';

test('a request that did not come through the edge is refused', async () => {
  const { handle, clicks } = openRedirect([slugLink()]);
  for (const secret of ['', 'wrong', 'the-secret-of-the-edgf']) {
    const { statusCode } = await handle(visit({ headers: { 'x-slugline-edge': secret } }));
    expect(statusCode).toBe(403);
  }
  expect(clicks).toEqual([]);
});

test('a slug leads to its destination, once recorded', async () => {
  const { handle, clicks, errors } = openRedirect([slugLink()]);
  const answer = await handle(visit());
  expect(answer).toMatchObject({
    statusCode: 302,
    headers: { location: 'https://example.com/landing', 'cache-control': 'private, no-store' },
  });
  expect(errors).toEqual([]);
  expect(clicks).toHaveLength(1);
});
