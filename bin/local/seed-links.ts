import type { LocalStack } from './start-local-stack.ts';

/** A few links to look at, each showing something else. */
const EXAMPLES = [
  { short_code: 'welcome', long_url: 'https://example.com/welcome', title: 'A plain link' },
  {
    short_code: 'spring-sale',
    long_url: 'https://example.com/sale',
    title: 'A link with UTM parameters',
    utm: { source: 'newsletter', medium: 'email', campaign: 'spring' },
    tags: ['sale', 'spring'],
    space: 'Marketing',
  },
  {
    short_code: 'handbook',
    long_url: 'https://example.com/handbook.pdf',
    title: 'A link with a tag',
    tags: ['docs'],
  },
];

/** Creates the example links through the API. */
export async function seedLinks({ apiUrl, apiKey, domainId }: LocalStack): Promise<void> {
  for (const example of EXAMPLES) {
    const response = await fetch(`${apiUrl}/api/shorten`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ domain_id: domainId, ...example }),
    });
    if (!response.ok) throw new Error(`the example link ${example.short_code}: ${await response.text()}`);
  }
}
