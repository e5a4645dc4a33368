/**
 * Requests made from the OpenAPI document, and every answer held against it. Every day they are the same few;
 * `npm run contract` sends many others: `CONTRACT_REQUESTS` says how many for each operation, twice (as the document
 * allows, and spoiled), and `CONTRACT_SEED` repeats those of a failure, which names its seed.
 */
import { Resolver } from 'node:dns/promises';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { ROUTE_TABLE } from '#functions/api/routes.ts';
import type { TestAnswer } from '#test/support/api.ts';
import { type Operation, readDocument } from '#test/support/contract/document.ts';
import { FRAMES } from '#test/support/contract/frames.ts';
import { answerFault } from '#test/support/contract/judge.ts';
import { type Draft, draftsOf, type Sent, written } from '#test/support/contract/requests.ts';
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
  { what: 'that years are 1 to 9999, in UTC', of: /export|events/, says: /of the years 1 to 9999/ },
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
const functions = new Map(ROUTE_TABLE.map((route) => [`${route.method} ${route.path}`, route.function]));
const servedBy = ({ name }: Operation) => functions.get(name) as 'api' | 'stream';
let world: World;

beforeAll(async () => {
  // Nobody's name server is asked for made-up names.
  const noRecord = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  jest.spyOn(Resolver.prototype, 'resolveTxt').mockRejectedValue(noRecord);
  world = await openWorld();
});

afterAll(() => void jest.restoreAllMocks());

/** How often each operation was answered with each status. */
const counts = new Map<string, Record<string, number>>();

function count({ name }: Operation, status: number): void {
  const statuses = counts.get(name) ?? {};
  counts.set(name, { ...statuses, [status]: (statuses[status] ?? 0) + 1 });
}

const isUnsaid = ({ name }: Operation, text: string): boolean =>
  UNSAID.some(({ of, says }) => of.test(name) && says.test(text));

/** What an answer does that it may not, going by what the document says of it and of its request. */
function breachOf(operation: Operation, draft: Draft, sent: Sent, answer: TestAnswer): string | undefined {
  const { status, text } = answer;
  if (status >= 500) return 'an accident';
  const fault = answerFault(answer, operation, document);
  if (fault !== undefined) return fault;
  const allowed = sent.fault === undefined;
  if (draft.caller !== 'owner' && operation.security.length > 0) {
    return (allowed ? status === 401 : status >= 400) ? undefined : 'a stranger is not refused as one';
  }
  if (operation.security.some(({ bearer }) => bearer) && answer.headers['ratelimit-limit'] === undefined) {
    return 'a valid key is not told its limits';
  }
  if (allowed) {
    return status === 400 && !isUnsaid(operation, text) ? 'refused though the document allows it' : undefined;
  }
  return status < 400 && !ROW_BY_ROW.has(operation.name) ? 'taken though the document forbids it' : undefined;
}

/** @throws Error that shows request and answer when they break the contract */
async function keepContract(draft: Draft, operation: Operation): Promise<void> {
  const sent = written(draft, operation, document, world.find);
  const answer = await world.send(sent, draft, operation, servedBy(operation));
  count(operation, answer.status);
  const breach = breachOf(operation, draft, sent, answer);
  if (breach === undefined) return;
  const { path, query, headers, body = '' } = sent;
  throw new Error(
    [
      breach,
      `${operation.method} ${path}?${query} ${JSON.stringify(headers)}`,
      body.slice(0, 2_000),
      `→ ${answer.status} ${answer.text.slice(0, 1_000)}`,
      sent.fault ?? 'the document allows this request',
    ].join('\n'),
  );
}

describe.each(document.operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (_, operation) => {
    test.each([
      ['as the document allows', false],
      ['spoiled', true],
    ])('answers requests %s as the document says', async (_how, spoilt) => {
      const making = { resolve: document.resolve, known: world.known(operation) };
      const drafts = draftsOf(operation, making, spoilt);
      const bounds = { interruptAfterTimeLimit: TIME_LIMIT_MS, markInterruptAsFailure: false };
      await fc.assert(
        fc.asyncProperty(drafts, (draft) => keepContract(draft, operation)),
        { numRuns: REQUESTS, seed: SEED, ...bounds },
      );
    });

    const frames = FRAMES.filter(({ of = () => true }) => of(operation));
    test.each(frames.map((frame) => [frame.what, frame] as const))(
      'refuses %s as the document says',
      async (_what, { request, statuses }) => {
        const answer = await world.sendFrame(request(operation), operation, servedBy(operation));
        expect(statuses).toContain(answer.status);
        expect(answerFault(answer, operation, document)).toBeUndefined();
      },
    );
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
