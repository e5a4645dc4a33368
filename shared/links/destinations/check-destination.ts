import { BlockList, isIPv4 } from 'node:net';
import { Problem } from '#shared/problem.ts';
import { shortened } from '#shared/quoted.ts';
import { MAX_DESTINATION_CHARACTERS } from '../link.ts';

/** A destination that may be saved. */
export type CheckedDestination = {
  url: URL;
  /** Normal form: lower case, ASCII, without a dot at the end; an IPv6 address in brackets. */
  host: string;
};

/**
 * Control, zero-width, direction and other invisible characters, half surrogates, line separators and the backslash:
 * two parsers may read a URL with them as two different URLs.
 */
const AMBIGUOUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\\]|\u034f|[\u180b-\u180f]/u;

/** Invisible, but meant in path and query: emoji and many scripts are joined by them. There they go out percent-encoded. */
const ZERO_WIDTH = /[\u200b-\u200d\u2060\ufeff]/g;

/** Scheme and authority as written. Parsers forgive a missing or a third slash; not everyone forgives alike. */
const SCHEME_AND_AUTHORITY = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i;

/**
 * Checks all of a destination that can be known from its text; whether the host is one of ours is OwnHosts' matter.
 * @throws Problem 'destination_blocked'
 */
export function checkDestination(
  raw: string,
  { allowHttp = false, field = 'long_url' }: { allowHttp?: boolean; field?: string } = {},
): CheckedDestination {
  const fault = textFault(raw, allowHttp);
  const url = fault === undefined && URL.canParse(raw) ? new URL(raw) : undefined;
  const found = fault ?? (url ? urlFault(url) : 'it is no URL');
  if (found !== undefined || url === undefined) throw blocked(raw, field, found ?? 'it is no URL');
  return { url, host: hostOf(url) };
}

/** The refusal of a destination. */
export function blocked(raw: string, field: string, fault: string): Problem {
  // What stands before an @ may be a password.
  const shown = JSON.stringify(shortened(raw.replace(/[\\/]{2}[^\\/?#]*@/, '//…@'), 120));
  return new Problem('destination_blocked', `"${field}" may not be ${shown}: ${fault}`, { field });
}

/** A URL's host in normal form. */
export const hostOf = (url: URL): string => url.hostname.toLowerCase().replace(/\.+$/, '');

function textFault(raw: string, allowHttp: boolean): string | undefined {
  if (raw.length > MAX_DESTINATION_CHARACTERS) {
    return `it has ${raw.length} characters; at most ${MAX_DESTINATION_CHARACTERS} are allowed`;
  }
  const [front = raw, scheme, authority] = SCHEME_AND_AUTHORITY.exec(raw) ?? [];
  const rest = raw.slice(front.length).replace(ZERO_WIDTH, '');
  if (AMBIGUOUS.test(percentDecoded(front) + rest)) {
    return 'it holds an invisible character or a backslash';
  }
  // After its zero-width characters: one of them counts as white space.
  if ((front + rest).trim() !== front + rest) return 'it begins or ends with white space';
  const allowed = allowHttp ? ['https', 'http'] : ['https'];
  if (scheme === undefined || !allowed.includes(scheme.toLowerCase())) {
    return `it must begin with ${allowed.map((name) => `${name}://`).join(' or ')} and a host`;
  }
  return authority!.includes('@') ? 'it may not carry a user name or password' : undefined;
}

/** A host may be spelled with escapes, too; what is no UTF-8 stays as it is, for the URL parser to refuse. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function urlFault(url: URL): string | undefined {
  if (url.href.length > MAX_DESTINATION_CHARACTERS) {
    return `percent-encoded it has ${url.href.length} characters; at most ${MAX_DESTINATION_CHARACTERS} are allowed`;
  }
  if (url.username !== '' || url.password !== '') return 'it may not carry a user name or password';
  return isPublicHost(hostOf(url)) ? undefined : 'its host is not a public one';
}

/** Suffixes that name machines of a private network, of the local one, or a cloud's metadata service. */
const PRIVATE_SUFFIXES =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|lan|home|home\.arpa|svc)$/;

function isPublicHost(host: string): boolean {
  if (host.startsWith('[')) return isPublicIpv6(host.slice(1, -1));
  // The URL parser has turned decimal, octal, hexadecimal, short and full-width spellings into four numbers.
  if (isIPv4(host)) return !PRIVATE_IPV4.check(host);
  // A name without a dot is found in the visitor's own network only.
  return host.includes('.') && !host.includes('..') && !PRIVATE_SUFFIXES.test(host);
}

/** Everything of IPv4 that is not the public internet. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE_IPV4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Azure's machine agent and metadata address, though it lies in public space.
  ['168.63.129.16', 32],
]);

/** The one block of IPv6 from which public addresses are given out: mapped and translated IPv4 lie outside of it. */
const GLOBAL_IPV6 = blockList('ipv6', [['2000::', 3]]);

/** What of it is special all the same. @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const PRIVATE_IPV6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

const isPublicIpv6 = (address: string): boolean =>
  GLOBAL_IPV6.check(address, 'ipv6') && !PRIVATE_IPV6.check(address, 'ipv6');

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of subnets) list.addSubnet(network, bits, family);
  return list;
}
