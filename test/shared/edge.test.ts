import { cameThroughEdge, edgeSecrets, viewerAddress } from '#shared/edge.ts';

test.each([
  [{}, ''],
  [{ 'cloudfront-viewer-address': '198.51.100.7:443' }, '198.51.100.7'],
  [{ 'cloudfront-viewer-address': '2001:db8::1:46532' }, '2001:db8::1'],
  [{ 'x-slugline-viewer-address': '2001:db8::1' }, '2001:db8::1'],
  [{ 'x-slugline-viewer-address': '192.0.2.1', 'cloudfront-viewer-address': '198.51.100.7:1' }, '192.0.2.1'],
])("the viewer's address in %j is '%s'", (headers, address) => {
  expect(viewerAddress(headers)).toBe(address);
});

describe('the secret of the edge', () => {
  const env = { EDGE_SECRET: 'new', EDGE_SECRET_PREVIOUS: 'old' };
  const came = (secret: string | undefined, secrets = edgeSecrets(env)) =>
    cameThroughEdge({ 'x-slugline-edge': secret }, secrets);

  test('and the one before are both good while it is rotated', () => {
    expect(['new', 'old'].map((secret) => came(secret))).toEqual([true, true]);
    expect(['', undefined, 'newold', 'new,old', 'ne'].map((secret) => came(secret))).not.toContain(true);
  });

  test('stands alone at other times: an empty one before is none', () => {
    const alone = edgeSecrets({ ...env, EDGE_SECRET_PREVIOUS: '' });
    expect(['new', 'old', '', undefined].map((secret) => came(secret, alone))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
