import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { DIALECTS } from '#shared/dialects/dialects.ts';
import { PROBLEMS } from '#shared/problem.ts';
import type { AnswerHeaderName, ResponseDoc, RouteDoc } from '../route.ts';
import { headerReferences } from './headers.ts';
import { RATE_LIMIT, type Refusal, refusalsOf } from './refusals.ts';

type AnyRoute = RouteDoc & { body?: unknown };
type Answers = Record<string, ZodOpenApiResponseObject | { $ref: string }>;

/**
 * Every answer of every route: those of its row, and the refusals that follow from it. A refusal that several routes
 * have in common becomes a component.
 */
export class AnswerBook {
  readonly #uses = new Map<string, number>();
  readonly components: Record<string, ZodOpenApiResponseObject> = {};

  constructor(routes: readonly AnyRoute[]) {
    for (const route of routes) {
      for (const [status, refusal] of refusalsOf(route)) {
        const name = nameOf(route, status, refusal);
        this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
      }
    }
  }

  /** `responses` of a route. */
  answersOf(route: AnyRoute): Answers {
    const refusals = [...refusalsOf(route)].map(([status, refusal]) => [
      status,
      this.#refusal(route, status, refusal),
    ]);
    const answers = Object.entries(route.responses).map(([status, answer]) => [
      status,
      answerDoc(route, answer),
    ]);
    return Object.fromEntries([...answers, ...refusals]);
  }

  #refusal(route: AnyRoute, status: number, refusal: Refusal): Answers[string] {
    const doc = refusalDoc(route, refusal);
    const name = nameOf(route, status, refusal);
    if (this.#uses.get(name) === 1) return doc;
    this.components[name] = doc;
    return { $ref: `#/components/responses/${name}` };
  }
}

/** Tells apart what differs: dialect, status, headers and codes. */
const nameOf = ({ dialect, auth }: AnyRoute, status: number, { codes }: Refusal): string =>
  [dialect, auth, status, ...codes].join('.');

function refusalDoc({ dialect }: AnyRoute, { codes, examples, headers }: Refusal): ZodOpenApiResponseObject {
  const { refusal } = DIALECTS[dialect];
  return {
    description: codes.map((code) => PROBLEMS[code].title).join(' '),
    headers: headerReferences(headers),
    content: {
      'application/json': {
        schema: refusal(Object.values(examples)),
        examples: Object.fromEntries(Object.entries(examples).map(([code, value]) => [code, { value }])),
      },
    },
  };
}

function answerDoc({ auth }: AnyRoute, answer: ResponseDoc): ZodOpenApiResponseObject {
  const { description, schema, contentTypes = {}, headers = [] } = answer;
  const counted: readonly AnswerHeaderName[] = auth === 'workspace' || auth === 'session' ? RATE_LIMIT : [];
  const content = {
    ...(schema ? { 'application/json': { schema } } : {}),
    ...Object.fromEntries(
      Object.entries(contentTypes).map(([type, example]) => [type, { schema: TEXT, example }]),
    ),
  };
  return {
    description,
    headers: headerReferences(['Cache-Control', ...counted, ...headers]),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

const TEXT = { type: 'string' as const };
