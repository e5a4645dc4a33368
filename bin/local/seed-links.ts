import type { LocalStack } from './start-local-stack.ts';

/** A few links to look at, each showing something else. */
const EXAMPLES = [
  { custom_slug: 'welcome', long_url: 'https://example.com/welcome', title: 'A plain link' },
  {
    custom_slug: 'spring-sale',
    long_url: 'https://example.com/sale',
    title: 'A link with UTM parameters, tags and a space',
    utm: { source: 'newsletter', medium: 'email', campaign: 'spring' },
    tags: ['sale', 'spring'],
    space: 'Marketing',
  },
  {
    custom_slug: 'handbook',
    long_url: 'https://example.com/handbook.pdf',
    title: 'A link behind the password "open sesame"',
    password: 'open sesame',
    tags: ['docs'],
  },
  {
    custom_slug: 'get-app',
    long_url: 'https://example.com/app',
    title: 'A link that hands its click id on',
    pass_click_id: true,
  },
];

type Access = Pick<LocalStack, 'apiUrl' | 'apiKey' | 'domainId'>;

/** Creates the example links through the API, in a workspace that has none. */
export async function seedLinks(access: Access): Promise<void> {
  const { links } = (await call(access, '/api/v1/links?limit=1')) as { links: unknown[] };
  if (links.length > 0) return;
  for (const example of EXAMPLES)
    await call(access, '/api/shorten', { domain_id: access.domainId, ...example });
}

async function call({ apiUrl, apiKey }: Access, path: string, body?: object): Promise<unknown> {
  const response = await fetch(apiUrl + path, {
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
