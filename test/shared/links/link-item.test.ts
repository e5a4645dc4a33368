import { NO_UTM } from '#shared/links/link.ts';
import { linkFrom, linkItem } from '#shared/links/link-item.ts';
import { destinationOf } from '#shared/redirects/destination.ts';
import { aLink } from '#test/support/links.ts';

test('a link comes back as it was stored', () => {
  const link = aLink({
    destinationUrl: 'https://example.com/?utm_source=%7E&utm_source=b',
    forwardQuery: true,
  });
  expect(linkFrom(linkItem(link))).toEqual(link);
});

test('a link whose parameters were stored apart shows the destination that its redirects lead to', () => {
  const stored = aLink({
    destinationUrl: 'https://example.com/?a=%7E&utm_source=own&utm_term=own',
    utm: { ...NO_UTM, source: 'field', medium: 'm' },
    customQueryParams: { ref: 'x' },
  });
  const { forwardQuery: _, ...item } = linkItem(stored);
  const link = linkFrom(item);
  expect(link).toEqual({
    ...stored,
    forwardQuery: false,
    destinationUrl: 'https://example.com/?a=%7E&utm_source=field&utm_term=own&ref=x&utm_medium=m',
    utm: { ...NO_UTM, source: 'field', medium: 'm', term: 'own' },
  });
  expect(destinationOf(stored.destinationUrl, stored).location).toBe(link.destinationUrl);
});
