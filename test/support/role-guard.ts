import { type ClientRequest, createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Stack } from '#bin/local/template/stack.ts';
import { type AwsCall, callsOf, signerOf } from './aws-calls.ts';

type Statement = {
  Action: string | string[];
  Resource: string | string[];
  Condition?: {
    'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys'?: string[]; 'dynamodb:Attributes'?: string[] };
    StringEquals?: { 'dynamodb:Select'?: string };
  };
};

/** The statements of each function's role, by the function's name. */
export type Roles = Map<string, Statement[]>;

/** A service behind a guard that lets functions do only what their roles allow, as AWS does. */
export type RoleGuard = {
  url: string;
  /** Who asked for what so far: `sweep s3:ListBucket`. */
  asked: ReadonlySet<string>;
  /** The permissions that were needed so far, as {@link permissionsOf} names them. */
  needed: ReadonlySet<string>;
  /** What was refused: the function, the action and the resource, in a sentence. */
  refusals: ReadonlySet<string>;
  /** Forgets the refusals so far. */
  forget(): void;
  close(): Promise<void>;
};

/** Reads the roles of all functions from a template. */
export function rolesOf(service: Stack): Roles {
  const policies = service.resources<{ Roles: string[]; PolicyDocument: { Statement: Statement[] } }>(
    'AWS::IAM::Policy',
  );
  const functions = service.resources<{ Role: string; Environment: { Variables: Record<string, string> } }>(
    'AWS::Lambda::Function',
  );
  return new Map(
    functions.map(({ properties: { Role, Environment } }) => [
      Environment.Variables.POWERTOOLS_SERVICE_NAME!,
      policies
        .filter(({ properties }) => properties.Roles.some((role) => Role.endsWith(role)))
        .flatMap(({ properties }) => properties.PolicyDocument.Statement),
    ]),
  );
}

/** One action on one resource, below one beginning of keys: the smallest thing that can be taken out of a role. */
type Permission = { action: string; resource: string; key: string; statement: Statement };

const permissionsIn = (statements: readonly Statement[]): Permission[] =>
  statements.flatMap((statement) =>
    [statement.Action]
      .flat()
      .flatMap((action) =>
        [statement.Resource]
          .flat()
          .flatMap((resource) =>
            leadingKeysOf(statement).map((key) => ({ action, resource, key, statement })),
          ),
      ),
  );

const leadingKeysOf = ({ Condition }: Statement): string[] =>
  Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? ['*'];

const nameOf = (role: string, { action, resource, key }: Permission): string =>
  `${role} ${action} on ${resource.split(':').at(-1)}${key === '*' ? '' : ` below ${key}`}`;

/** All that the roles allow, each as a sentence. */
export const permissionsOf = (roles: Roles): string[] =>
  [...roles].flatMap(([role, statements]) =>
    permissionsIn(statements).map((permission) => nameOf(role, permission)),
  );

/** The permissions of a role by which a call is allowed; none when it is not. */
const allowing = (statements: readonly Statement[], call: AwsCall): Permission[] =>
  permissionsIn(statements).filter(
    ({ action, resource, key, statement }) =>
      action === call.action &&
      matches(resource, call.resource) &&
      matches(key, call.leadingKey ?? '') &&
      namesOnly(statement, call),
  );

/** Whether a call asks for no other attributes than a statement allows. */
function namesOnly({ Condition }: Statement, { attributes }: AwsCall): boolean {
  const allowed = Condition?.['ForAllValues:StringLike']?.['dynamodb:Attributes'];
  if (!allowed) return true;
  const specific = Condition?.StringEquals?.['dynamodb:Select'] === 'SPECIFIC_ATTRIBUTES';
  return specific && (attributes ?? ['*']).every((name) => allowed.includes(name));
}

/** Patterns here have their star, if any, at the end. */
const matches = (pattern: string, text: string): boolean =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;

/**
 * Stands in front of an emulator. Who signs with a function's name is held to its role; anybody else, such as the
 * stack itself, may do everything.
 * @param target  where the emulator listens
 * @param roles  may be filled later: they are known only when the stack is
 */
export async function openRoleGuard(target: string, roles: Roles): Promise<RoleGuard> {
  const asked = new Set<string>();
  const needed = new Set<string>();
  const refusals = new Set<string>();
  /** Why the calls are refused; undefined when each of them is allowed. */
  const judge = (name: string, calls: readonly AwsCall[]): string | undefined => {
    const statements = roles.get(name);
    if (!statements) return undefined;
    for (const call of calls) {
      asked.add(`${name} ${call.action}`);
      const permissions = allowing(statements, call);
      if (permissions.length === 0) return refusalOf(name, call);
      for (const permission of permissions) needed.add(nameOf(name, permission));
    }
    return undefined;
  };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { name, calls } = readRequest(request, body, roles);
    const refuse = (refusal: string) => {
      refusals.add(refusal);
      response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: refusal }));
    };
    const refusal = judge(name, calls);
    if (refusal !== undefined) return refuse(refusal);
    pass(target, request, body, (answer) => {
      // Only who may list is told by S3 that an object is not there.
      const absent = answer.statusCode === 404 ? calls.filter(({ action }) => action === 's3:GetObject') : [];
      const withheld = judge(name, absent.map(listingOf));
      if (withheld !== undefined) return refuse(withheld);
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }).on('error', () => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    asked,
    needed,
    refusals,
    forget: () => refusals.clear(),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => void server.close(() => closed()));
    },
  };
}

const listingOf = ({ resource }: AwsCall): AwsCall => ({
  action: 's3:ListBucket',
  resource: resource.slice(0, resource.indexOf('/')),
});

const refusalOf = (name: string, { action, resource, leadingKey }: AwsCall): string =>
  `${name} may not ${action} on ${resource}${leadingKey ? ` below ${leadingKey}` : ''}`;

function readRequest(
  request: IncomingMessage,
  body: Buffer,
  roles: Roles,
): { name: string; calls: AwsCall[] } {
  const { method = '', headers } = request;
  const read = { method, headers, url: new URL(request.url ?? '', 'http://guard'), body: body.toString() };
  const { accessKeyId: name, service } = signerOf(read);
  return { name, calls: roles.has(name) ? callsOf(read, service) : [] };
}

function pass(
  target: string,
  request: IncomingMessage,
  body: Buffer,
  onAnswer: (answer: IncomingMessage) => void,
): ClientRequest {
  const { method, headers } = request;
  const onward = send(new URL(request.url ?? '', target), { method, headers }, onAnswer);
  onward.end(body);
  return onward;
}
