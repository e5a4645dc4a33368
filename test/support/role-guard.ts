import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Stack } from '#bin/local/template/stack.ts';
import { type AwsCall, callsOf, signerOf } from './aws-calls.ts';

type Statement = {
  Action: string | string[];
  Resource: string | string[];
  Condition?: { 'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys'?: string[] } };
};

/** The statements of each function's role, by the function's name. */
export type Roles = Map<string, Statement[]>;

/** A service behind a guard that lets functions do only what their roles allow, as AWS does. */
export type RoleGuard = {
  url: string;
  /** Who asked for what so far: `sweep s3:ListBucket`. */
  asked: ReadonlySet<string>;
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

const isAllowed = (statements: readonly Statement[], call: AwsCall): boolean =>
  statements.some(
    ({ Action, Resource, Condition }) =>
      [Action].flat().includes(call.action) &&
      [Resource].flat().some((pattern) => matches(pattern, call.resource)) &&
      (Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? ['*']).some((pattern) =>
        matches(pattern, call.leadingKey ?? ''),
      ),
  );

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
  const refusals = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { calls, refusal } = judge(request, body, roles);
    for (const call of calls) asked.add(call);
    if (refusal === undefined) return pass(target, request, body, response);
    refusals.add(refusal);
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: refusal }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    asked,
    refusals,
    forget: () => refusals.clear(),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => void server.close(() => closed()));
    },
  };
}

function judge(request: IncomingMessage, body: Buffer, roles: Roles): { calls: string[]; refusal?: string } {
  const { method = '', headers } = request;
  const read = { method, headers, url: new URL(request.url ?? '', 'http://guard'), body: body.toString() };
  const { accessKeyId: name, service } = signerOf(read);
  const statements = roles.get(name);
  if (!statements) return { calls: [] };
  const made = callsOf(read, service);
  const calls = made.map(({ action }) => `${name} ${action}`);
  const refused = made.find((call) => !isAllowed(statements, call));
  if (!refused) return { calls };
  const below = refused.leadingKey ? ` below ${refused.leadingKey}` : '';
  return { calls, refusal: `${name} may not ${refused.action} on ${refused.resource}${below}` };
}

function pass(target: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { method, headers } = request;
  const onward = send(new URL(request.url ?? '', target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy()).end(body);
}
