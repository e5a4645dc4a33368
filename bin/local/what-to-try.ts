import type { LocalStack } from './start-local-stack.ts';

/** What a newcomer can type once the stack runs. */
export function whatToTry({ apiUrl, shortUrl, apiKey, domainId, dir }: LocalStack): string {
  const key = `-H 'authorization: Bearer ${apiKey}'`;
  const json = `-H 'content-type: application/json'`;
  const link = JSON.stringify({ domain_id: domainId, long_url: 'https://example.com/hello' });
  const job = JSON.stringify({ type: 'link_catalog' });
  return `
Slugline runs: the API on ${apiUrl}, the short domain on ${shortUrl}.
Data, logs and local.json (with key and secrets) are in ${dir}.

List the links:     curl ${key} ${apiUrl}/api/v1/links
Shorten one:        curl ${key} ${json} -d '${link}' ${apiUrl}/api/shorten
Follow one:         curl -i ${shortUrl}/welcome
Its catalog:        curl ${key} ${apiUrl}/api/links/export
Start an export:    curl ${key} ${json} -d '${job}' ${apiUrl}/api/exports/jobs
All routes:         curl ${apiUrl}/api/openapi.json

Ctrl-C stops it.
`;
}
