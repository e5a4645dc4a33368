import { Problem } from '../problem.ts';
import { verificationOf } from '../workspaces/domain-claim.ts';
import type { Domain } from '../workspaces/workspace.ts';
import { isOfLaptop } from './host-name.ts';

export type ProofTools = {
  /**
   * The TXT records of a name, each as its strings.
   * @throws Error with the `code` of node:dns: ENOTFOUND and ENODATA when there are none
   * @see https://nodejs.org/api/dns.html#dnspromisesresolvetxthostname
   */
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>;
  /** Whether requests for the host reach this deployment. */
  serves(host: string): boolean;
  /** Whether hosts of the own machine count. */
  laptop: boolean;
};

/** What a name server says of a name that has no such record, or that cannot be one. */
const NO_RECORD = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);
/** Of what stands in a stranger's zone an answer shows so much. */
const SHOWN_RECORDS = 5;
const SHOWN_CHARACTERS = 100;

/**
 * Proves that the host of a domain is its workspace's: its TXT record has the value of the claim, and this deployment
 * serves it. Hosts of the own machine belong to whoever sits at it.
 * @throws Problem 'domain_not_proven' with what was found, 'domain_not_served', 'unavailable' when DNS does not answer
 */
export async function proveDomain(domain: Domain, { resolveTxt, serves, laptop }: ProofTools): Promise<void> {
  if (laptop && isOfLaptop(domain.domain)) return;
  const { name, value } = verificationOf(domain);
  const found = await recordsOf(name, resolveTxt);
  if (!found.includes(value)) throw notProven(domain, found);
  if (serves(domain.domain)) return;
  throw new Problem(
    'domain_not_served',
    `${domain.domain} is proven, but this deployment does not serve it yet: its operator adds it to shortDomains and deploys, or says "admin domain ready ${domain.domain}"`,
    { field: 'status' },
  );
}

async function recordsOf(name: string, resolveTxt: ProofTools['resolveTxt']): Promise<string[]> {
  try {
    // A record longer than 255 bytes comes as several strings; RFC 7208 section 3.3 joins them likewise.
    return (await resolveTxt(name)).map((strings) => strings.join(''));
  } catch (cause) {
    if (NO_RECORD.has((cause as { code?: string }).code ?? '')) return [];
    throw new Problem('unavailable', `DNS gave no answer for the TXT record of ${name}; try again`, {
      retryAfterSeconds: 5,
      cause,
    });
  }
}

function notProven(domain: Domain, records: readonly string[]): Problem {
  const { name, value } = verificationOf(domain);
  const found = records.slice(0, SHOWN_RECORDS).map((record) => record.slice(0, SHOWN_CHARACTERS));
  const more = records.length > found.length ? ` and ${records.length - found.length} more` : '';
  const has =
    found.length === 0
      ? 'no TXT record'
      : `the TXT record ${found.map((record) => JSON.stringify(record)).join(', ')}${more}`;
  return new Problem(
    'domain_not_proven',
    `${name} has ${has}; one with the value "${value}" proves that ${domain.domain} is yours. What was changed a moment ago may take some minutes to be seen`,
    { field: 'status', details: { found, wanted: value } },
  );
}

/**
 * Tells whether a deployment serves a host.
 * @param names  separated by commas; `*.example.com` stands for names with one label more, as in a certificate
 */
export function servedHosts(names: string): (host: string) => boolean {
  const served = new Set(names.split(',').map((name) => name.trim().toLowerCase()));
  return (host) => served.has(host) || served.has(host.replace(/^[^.]+/, '*'));
}
