import { ROUTE_TABLE } from '#functions/api/routes.ts';
import { openApiDocument } from '#functions/http/openapi/openapi-document.ts';
import { readDocument } from '#test/support/contract/document.ts';

type Operation = {
  operationId: string;
  parameters?: { in: string; name: string; required?: boolean }[];
  responses: Record<string, object>;
  security: object[];
};

const document = JSON.parse(JSON.stringify(openApiDocument(ROUTE_TABLE, 'https://links.example.com'))) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas?: Record<string, object>; securitySchemes: Record<string, object> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('every route of the table is described, and nothing else', () => {
  const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort();
  expect(described).toEqual(ROUTE_TABLE.map(({ method, path }) => `${method} ${path}`).sort());
});

test('operation ids are unique', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('each parameter of a path is declared as required', () => {
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter(
      (parameter) => parameter.in === 'path' && parameter.required,
    );
    expect({ path, names: declared.map(({ name }) => name).sort() }).toEqual({ path, names: named.sort() });
  }
});

test('every reference resolves', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  for (const reference of references) {
    const target = reference
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
    expect({ reference, found: target !== undefined }).toEqual({ reference, found: true });
  }
});

test('every scheme that an operation asks for is defined, and every operation says what it answers', () => {
  for (const { operation } of operations) {
    for (const scheme of operation.security.flatMap(Object.keys)) {
      expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^2|^3/)]),
    );
  }
});

describe('examples', () => {
  const { operations: read, faultOf } = readDocument(ROUTE_TABLE);
  const shown = read.flatMap(({ name, body, answers }) => [
    ...(body ? [{ where: `${name} body`, type: body.type, media: body }] : []),
    ...Object.entries(answers).flatMap(([status, { content = {} }]) =>
      Object.entries(content).map(([type, media]) => ({ where: `${name} ${status}`, type, media })),
    ),
  ]);
  const examplesOf = ({
    example,
    examples = {},
  }: (typeof shown)[number]['media'] & { examples?: object }) => [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples as Record<string, { value: unknown }>).map(({ value }) => value),
  ];

  test('every body that can be sent or answered has one', () => {
    expect(shown.filter(({ media }) => examplesOf(media).length === 0).map(({ where }) => where)).toEqual([]);
  });

  test('each is what its schema says', () => {
    const faults = shown.flatMap(({ where, media }) =>
      examplesOf(media).map((example) => ({ where, fault: faultOf(media.schema, example) })),
    );
    expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });
});
