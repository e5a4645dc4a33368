import { viewerAddress } from '#shared/http/edge.ts';

test.each([
  [{}, ''],
  [{ 'cloudfront-viewer-address': '198.51.100.7:443' }, '198.51.100.7'],
  [{ 'cloudfront-viewer-address': '2001:db8::1:46532' }, '2001:db8::1'],
  [{ 'x-slugline-viewer-address': '2001:db8::1' }, '2001:db8::1'],
  [{ 'x-slugline-viewer-address': '192.0.2.1', 'cloudfront-viewer-address': '198.51.100.7:1' }, '192.0.2.1'],
])("the viewer's address in %j is '%s'", (headers, address) => {
  expect(viewerAddress(headers)).toBe(address);
});
