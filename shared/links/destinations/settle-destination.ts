import { Problem } from '#shared/problem.ts';
import { type Link, MAX_DESTINATION_CHARACTERS, UTM_FIELDS, utmOf } from '../link.ts';
import type { UtmInput } from '../link-fields.ts';
import { paramsOf, withParams } from './with-params.ts';

/** Where a link leads, and what of it has a name of its own. */
export type Destination = Pick<Link, 'destinationUrl' | 'utm' | 'customQueryParams'>;

/** What a destination is made of. */
export type DestinationParts = {
  /** As it was typed. */
  destinationUrl: string;
  /** UTM fields that were given: a value is put into the destination, null takes the parameter out. */
  utm?: UtmInput | undefined;
  /** The link's own parameters, all of which are put into the destination; a UTM field that is given wins. */
  customQueryParams?: Readonly<Record<string, string>> | undefined;
  /** Names of parameters that are no longer the link's own: they are taken out. */
  dropped?: readonly string[] | undefined;
};

/**
 * The destination with the parameters that were given explicitly, everything else as it was typed, and its UTM fields
 * as the URL parser finds them. Nothing is checked yet.
 */
export function settleDestination(parts: DestinationParts): Destination {
  const { utm = {}, customQueryParams = {}, dropped = [] } = parts;
  const changes = new Map<string, string | null>([
    ...dropped.map((name) => [name, null] as const),
    ...Object.entries(customQueryParams),
    ...UTM_FIELDS.flatMap((field) =>
      utm[field] === undefined ? [] : [[`utm_${field}`, utm[field]] as const],
    ),
  ]);
  const destinationUrl = withParams(parts.destinationUrl, changes);
  const found = paramsOf(destinationUrl);
  return {
    destinationUrl,
    utm: utmOf(found),
    customQueryParams: Object.fromEntries(
      Object.entries(customQueryParams).filter(([name, value]) => found.get(name) === value),
    ),
  };
}

/** What a change names; a destination that is named was typed anew. */
export type DestinationChange = Omit<DestinationParts, 'destinationUrl' | 'dropped'> & {
  destinationUrl?: string | undefined;
};

/** What a link's destination is made of after a change that names some of its parts. */
export function partsAfter(link: Destination, change: DestinationChange): DestinationParts {
  const { destinationUrl, utm, customQueryParams = link.customQueryParams } = change;
  const dropped = Object.keys(link.customQueryParams).filter(
    (name) => !Object.hasOwn(customQueryParams, name),
  );
  // In a destination that was typed anew nothing stands that was put there before.
  return destinationUrl === undefined
    ? { destinationUrl: link.destinationUrl, utm, customQueryParams, dropped }
    : { destinationUrl, utm, customQueryParams };
}

/**
 * Tells parameters that make a destination too long from a destination that is too long itself, which is refused with
 * the other faults that its text may have.
 * @throws Problem 'invalid_request'
 */
export function checkSize(
  { destinationUrl: typed }: DestinationParts,
  { destinationUrl, customQueryParams }: Destination,
): void {
  const characters = charactersOf(destinationUrl);
  if (characters <= MAX_DESTINATION_CHARACTERS || charactersOf(typed) > MAX_DESTINATION_CHARACTERS) return;
  const field = Object.keys(customQueryParams).length > 0 ? 'custom_query_params' : 'utm';
  throw new Problem(
    'invalid_request',
    `"${field}" is not valid: with its parameters the destination comes to ${characters} characters once percent-encoded; at most ${MAX_DESTINATION_CHARACTERS} are allowed`,
    { field },
  );
}

/** Of the longer of a URL's text and its parsed form, which goes out in a header. */
const charactersOf = (url: string): number =>
  Math.max(url.length, URL.canParse(url) ? new URL(url).href.length : 0);
