import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { viewerAddress, viewerHost } from '#shared/edge.ts';
import type { Visit } from '#shared/redirects/visit.ts';

/** The visit that an event tells of. Its headers are believed: the edge's secret has been checked. */
export function readVisit(
  event: APIGatewayProxyEventV2,
  method: Visit['method'],
  shortCode: string,
  atMs: number,
): Visit {
  const { headers } = event;
  return {
    atMs,
    method,
    host: viewerHost(headers).replace(/:\d*$/, ''),
    shortCode,
    query: event.rawQueryString,
    scan: new URLSearchParams(event.rawQueryString).get('nr') === 'qr',
    prefetch: isPrefetch(headers),
    agent: headers['user-agent'] ?? '',
    address: viewerAddress(headers),
    referrer: headers.referer ?? '',
    geo: {
      country: headers['cloudfront-viewer-country'],
      countryName: headers['cloudfront-viewer-country-name'],
      region: headers['cloudfront-viewer-country-region'],
      regionName: headers['cloudfront-viewer-country-region-name'],
      city: headers['cloudfront-viewer-city'],
    },
    cookies: event.cookies ?? [],
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString(),
  };
}

/** Headers by which browsers and mail programs announce that nobody looks yet. */
const PREFETCH_HEADERS = ['purpose', 'sec-purpose', 'x-purpose', 'x-moz'] as const;

const isPrefetch = (headers: APIGatewayProxyEventV2['headers']): boolean =>
  PREFETCH_HEADERS.some((name) => /prefetch|prerender|preview/i.test(headers[name] ?? ''));
