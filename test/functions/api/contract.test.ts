/**
 * Requests made from the OpenAPI document, and every answer held against it. Every day they are the same few;
 * `npm run contract` sends many others: `CONTRACT_REQUESTS` says how many for each operation, twice (as the document
 * allows, and spoiled), and `CONTRACT_SEED` repeats those of a failure, which names its seed.
 */
import { Resolver } from 'node:dns/promises';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { ROUTE_TABLE } from '#functions/api/routes.ts';
import { type Operation, readDocument } from '#test/support/contract/document.ts';
import { answerFault } from '#test/support/contract/judge.ts';
import { type Draft, draftsOf, written } from '#test/support/contract/requests.ts';
import { openWorld, type World } from '#test/support/contract/world.ts';

const { CONTRACT_REQUESTS, CONTRACT_SEED } = process.env;
const REQUESTS = Number(CONTRACT_REQUESTS ?? 8);
const SEED = Number(CONTRACT_SEED ?? (CONTRACT_REQUESTS === undefined ? 1 : Date.now() % 2 ** 31));
/** Beyond this an operation is left with the requests that it has had. */
const TIME_LIMIT_MS = 10_000 + REQUESTS * 50;

type Unsaid = { what: string; of: RegExp; says: RegExp };

/** All that a request can be refused for with 400 though the document allows it: no schema can say these. */
const UNSAID: readonly Unsaid[] = [
  { what: 'that a cursor is one of this list', of: /^GET /, says: /cursor\\?"? is not/ },
  { what: 'the order of two dates', of: /exports|events/, says: /must not be after date_to|lies after to/ },
  {
    what: 'that years are 1 to 9999, in UTC',
    of: /exports|events/,
    says: /got 0000-|of the years 1 to 9999|year/,
  },
  { what: 'the years of dates', of: /exports/, says: /of the years 1 to 9999/ },
  { what: 'the names of time zones', of: /exports/, says: /must be an IANA time zone/ },
  { what: 'which names are public hosts', of: /POST \/api\/v1\/domains/, says: /The domain name/ },
  {
    what: 'how long parameters are once they are encoded',
    of: /links|shorten/,
    says: /once percent-encoded/,
  },
  { what: 'that one parameter excludes another', of: /links\/find/, says: /either \\"short_url\\" or both/ },
  { what: 'what a short URL is', of: /links\/find/, says: /must be a host and a slug/ },
  { what: 'what a CSV file is', of: /links\/import/, says: /the CSV file is not valid/ },
];

/** What the document says of bodies whose parts are refused one by one, in an answer that succeeds. */
const ROW_BY_ROW = new Set(['POST /api/shorten/bulk', 'POST /api/v1/links/import']);

const document = readDocument(ROUTE_TABLE);
const servedBy = new Map(ROUTE_TABLE.map((route) => [`${route.method} ${route.path}`, route.function]));
let world: World;

beforeAll(async () => {
  // Nobody's name server is asked for made-up names.
  const noRecord = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  jest.spyOn(Resolver.prototype, 'resolveTxt').mockRejectedValue(noRecord);
  world = await openWorld();
});

afterAll(() => void jest.restoreAllMocks());

const counts = new Map<string, Record<string, number>>();

/** Why an answer breaks the contract; undefined when it keeps it. */
async function breach(draft: Draft, operation: Operation): Promise<string | undefined> {
  const sent = written(draft, operation, document, world.find);
  const answer = await world.send(sent, draft, operation, servedBy.get(operation.name) as 'api' | 'stream');
  const { status, text } = answer;
  const tally = counts.get(operation.name) ?? {};
  tally[status] = (tally[status] ?? 0) + 1;
  counts.set(operation.name, tally);
  const fault = faultOf();
  return (
    fault &&
    `${fault}\n${operation.method} ${sent.path}?${sent.query} ${JSON.stringify(sent.headers)}\n${sent.body?.slice(0, 2_000)}\n→ ${status} ${text.slice(0, 1_000)}\n${sent.fault ?? 'the document allows this request'}`
  );

  function faultOf(): string | undefined {
    if (status >= 500) return 'an accident';
    const wrong = answerFault(answer, operation, document);
    if (wrong !== undefined) return wrong;
    if (draft.caller !== 'owner' && operation.security.length > 0) {
      const refused = sent.fault === undefined ? status === 401 : status >= 400;
      return refused ? undefined : 'a stranger was not refused as one';
    }
    if (sent.fault === undefined)
      return status === 400 && !isUnsaid(operation, text)
        ? 'refused though the document allows it'
        : undefined;
    if (ROW_BY_ROW.has(operation.name)) return undefined;
    return status < 400 ? 'taken though the document forbids it' : undefined;
  }
}

const isUnsaid = ({ name }: Operation, text: string): boolean =>
  UNSAID.some(({ of, says }) => of.test(name) && says.test(text));

describe.each(document.operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (_, operation) => {
    test.each([
      ['as the document allows', false],
      ['spoiled', true],
    ])('answers requests %s as the document says', async (_name, spoilt) => {
      const drafts = draftsOf(
        operation,
        { resolve: document.resolve, known: world.known(operation) },
        spoilt,
      );
      await fc.assert(
        fc.asyncProperty(drafts, async (draft) => {
          const found = await breach(draft, operation);
          if (found !== undefined) throw new Error(found);
        }),
        {
          numRuns: REQUESTS,
          seed: SEED,
          interruptAfterTimeLimit: TIME_LIMIT_MS,
          markInterruptAsFailure: false,
        },
      );
    });
  },
);

/** So few requests may all be refused for something that only the tables know. */
const ENOUGH = 50;

test('every operation has served some request', () => {
  const served = (statuses: Record<string, number> = {}) =>
    Object.keys(statuses).some((status) => status < '400');
  const names = document.operations.map(({ name }) => name);
  expect(REQUESTS < ENOUGH ? [] : names.filter((name) => !served(counts.get(name)))).toEqual([]);
});

afterAll(() => {
  if (process.env.CONTRACT_SHOW !== undefined)
    console.log(JSON.stringify(Object.fromEntries(counts), null, 1));
});
