import { domainToASCII } from 'node:url';
import { Problem } from '../problem.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** The longest name that DNS carries, RFC 1035 section 2.3.4. */
const MAX_LENGTH = 253;
/** Names that lead back to the machine that asks, or nowhere; RFC 6761, RFC 6762, RFC 9476 and cloud habit. */
const NOT_PUBLIC = /(?:^|\.)(?:localhost|local|internal|invalid|onion|alt|arpa)$/;
const LAPTOP = /^(?:(?:[^.]+\.)*localhost|127\.0\.0\.1)$/;

/** Whether a host leads to the machine that asks: what a laptop's short domains are. */
export const isOfLaptop = (host: string): boolean => LAPTOP.test(host);

/**
 * The form in which a host of a short domain is stored and looked up: lower case, punycode, no trailing dot.
 * @param options.laptop  whether `localhost`, names below it and 127.0.0.1 are hosts too
 * @throws Problem 'invalid_request' when it is no public host name, or more than one: a scheme, a path, a port
 */
export function hostName(text: string, { laptop }: { laptop: boolean }): string {
  // The parser below would read a port, a path or an escape as something else; no host has such characters.
  if (/[\s:/?#@\\%[\]]/.test(text)) throw refusal(text, 'scheme, port, path or white space');
  const host = domainToASCII(text).replace(/\.$/, '');
  if (laptop && isOfLaptop(host)) return host;
  const labels = host.split('.');
  if (host.length > MAX_LENGTH) throw refusal(text, `more than ${MAX_LENGTH} characters`);
  if (!labels.every((label) => LABEL.test(label))) throw refusal(text, 'a part that is no DNS label');
  if (labels.length < 2) throw refusal(text, 'one part only');
  if (/^\d+$/.test(labels.at(-1) as string)) throw refusal(text, 'the form of an IP address');
  if (NOT_PUBLIC.test(host)) throw refusal(text, 'an ending that no public host has');
  return host;
}

const refusal = (text: string, has: string): Problem =>
  new Problem(
    'invalid_request',
    `The domain name ${JSON.stringify(text.slice(0, 80))} has ${has}; a public host name such as links.example.com is required.`,
    { field: 'domain_name' },
  );
