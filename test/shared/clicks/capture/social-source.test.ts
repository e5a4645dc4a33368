import { socialSource } from '#shared/clicks/capture/social-source.ts';

test.each([
  null,
  'example.com',
  'notfacebook.com',
  'facebook.com.evil.example',
  'xx.com',
  'constructor',
  'a.constructor',
  'pinterest.example.com',
])('%j is no social platform', (host) => expect(socialSource(host, null)).toBeNull());

test.each([
  ['facebook.com', 'facebook'],
  ['l.facebook.com', 'facebook'],
  ['www.instagram.com', 'instagram'],
  ['t.co', 'twitter'],
  ['x.com', 'twitter'],
  ['out.reddit.com', 'reddit'],
  ['www.pinterest.co.uk', 'pinterest'],
  ['pinterest.de', 'pinterest'],
  ['com.linkedin.android', 'linkedin'],
  ['lnkd.in', 'linkedin'],
  ['m.youtube.com', 'youtube'],
])('%s is %s', (host, platform) => expect(socialSource(host, null)).toBe(platform));

test("a platform's own browser tells where no referrer does", () => {
  expect(socialSource(null, 'Instagram')).toBe('instagram');
  expect(socialSource(null, 'Safari')).toBeNull();
  expect(socialSource(null, 'constructor')).toBeNull();
});

test('the referrer wins over the browser', () => {
  expect(socialSource('www.tiktok.com', 'Facebook')).toBe('tiktok');
});
