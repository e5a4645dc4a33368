import type { TestRequest } from '../api.ts';
import type { Operation } from './document.ts';

/** A request that is wrong before any schema is asked, and the statuses that say so. */
export type Frame = {
  what: string;
  /** For which operations; all of them unless given. */
  of?(operation: Operation): boolean;
  statuses: readonly number[];
  request(operation: Operation): Partial<TestRequest>;
};

const json = { 'content-type': 'application/json' };
const takesJson = ({ body }: Operation): boolean => body?.type === 'application/json';
const withBody = (body: string | Buffer, headers: Record<string, string> = json) => ({
  of: takesJson,
  request: () => ({ body, headers }),
});

/** JSON of an object that is so many levels deep. */
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

export const FRAMES: readonly Frame[] = [
  { what: 'a method that the path does not take', statuses: [405], request: () => ({ method: 'TRACE' }) },
  { what: 'a query that is not known', statuses: [400], request: () => ({ query: 'unknown=1' }) },
  { what: 'an empty body', statuses: [400], ...withBody('') },
  { what: 'a body that is no JSON', statuses: [400], ...withBody('{') },
  { what: 'a body that is no object', statuses: [400, 422], ...withBody('[]') },
  {
    what: 'a body of another type',
    statuses: [400, 415],
    ...withBody('<a/>', { 'content-type': 'text/xml' }),
  },
  {
    what: 'an encoded body',
    statuses: [415],
    ...withBody('{}', { ...json, 'content-encoding': 'gzip' }),
  },
  { what: 'a body with a key twice', statuses: [400], ...withBody('{"a":1,"a":1}') },
  { what: 'a body with __proto__', statuses: [400], ...withBody('{"__proto__":1}') },
  { what: 'half a surrogate pair', statuses: [400], ...withBody('{"a":"\\ud800"}') },
  { what: 'a number beyond every number', statuses: [400], ...withBody('{"a":1e309}') },
  { what: 'ten thousand levels', statuses: [400], ...withBody(deep(10_000)) },
  { what: 'bytes that are no text', statuses: [400], ...withBody(Buffer.from([0x22, 0xff, 0x22])) },
  {
    what: 'more than any route takes',
    of: ({ body }) => body !== undefined,
    statuses: [413],
    request: () => ({ body: Buffer.alloc(2 ** 21 + 1, 0x20) }),
  },
];
