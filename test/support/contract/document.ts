import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApiDocument } from '#functions/http/openapi/openapi-document.ts';
import type { Route } from '#functions/http/route.ts';
import type { Schema } from './schema.ts';

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema };
export type Media = Record<
  string,
  { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
>;
export type Answer = {
  headers: Record<string, { required: boolean; schema: Schema }>;
  /** By media type; undefined where the answer has no body. */
  content: Media | undefined;
};

/** One operation as the document says it, with every reference to a component followed. */
export type Operation = {
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: { required: boolean; type: string; schema: Schema; example?: unknown } | undefined;
  answers: Record<string, Answer>;
  security: Record<string, string[]>[];
};

/** The document as it is written, before references are followed. */
type Written = {
  paths: Record<string, Record<string, WrittenOperation>>;
};
type WrittenOperation = {
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Media };
  responses: Record<string, WrittenAnswer>;
  security: Operation['security'];
};
type WrittenAnswer = { headers?: Answer['headers']; content?: Media };
type Follow = <T>(node: T) => T;

/** The document of a route table as its readers get it: operations, and who judges values by a schema of it. */
export function readDocument(routes: readonly Route<never>[]) {
  const document = JSON.parse(JSON.stringify(openApiDocument(routes, 'https://links.example.com')));
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema(document, 'document');
  const follow = <T>(node: T): T => {
    const { $ref } = node as { $ref?: string };
    return $ref === undefined ? node : follow(at(document, $ref) as T);
  };

  /** The schema with references that a reader of the document can follow from anywhere. */
  const judges = new Map<Schema, ValidateFunction>();
  const judgeOf = (schema: Schema): ValidateFunction => {
    const known = judges.get(schema);
    if (known) return known;
    const anchored = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'),
    );
    const judge = ajv.compile(anchored);
    judges.set(schema, judge);
    return judge;
  };

  return {
    document,
    operations: operationsOf(document, follow),
    resolve: (schema: Schema): Schema => {
      if (schema.$ref === undefined) return schema;
      const { $ref, ...beside } = schema;
      return { ...(at(document, $ref) as Schema), ...beside };
    },
    /** What is wrong with a value; undefined when nothing is. */
    faultOf: (schema: Schema, value: unknown): string | undefined => {
      const judge = judgeOf(schema);
      return judge(value) ? undefined : ajv.errorsText(judge.errors, { dataVar: 'it' });
    },
  };
}

export type ReadDocument = ReturnType<typeof readDocument>;

function operationsOf({ paths }: Written, follow: Follow): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []).map(follow),
      body: bodyOf(operation.requestBody),
      answers: Object.fromEntries(
        Object.entries(operation.responses).map(([status, answer]) => [
          status,
          answerOf(follow(answer), follow),
        ]),
      ),
      security: operation.security,
    })),
  );
}

function bodyOf(body: WrittenOperation['requestBody']): Operation['body'] {
  if (!body) return undefined;
  const [[type, media]] = Object.entries(body.content) as [[string, Media[string]]];
  return { required: body.required, type, ...media };
}

const answerOf = ({ headers = {}, content }: WrittenAnswer, follow: Follow): Answer => ({
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [name.toLowerCase(), follow(header)]),
  ),
  content,
});

/** What a reference points to. */
const at = (document: unknown, reference: string): unknown =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>(
      (node, key) => (node as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    );
