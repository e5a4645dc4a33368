import type { LocalFunctions } from '../lambda/local-functions.ts';
import type { ResolvedResource, Stack } from '../template/stack.ts';
import type { Origin } from './edge-request.ts';
import { type EdgeRequest, type EdgeResponse, plainResponse } from './edge-request.ts';
import { toEdgeResponse } from './http-answer.ts';
import { toHttpEvent } from './http-event.ts';
import { refuseAtApi } from './request-limits.ts';
import { matchRoute, parseRoute, type Route } from './routes.ts';

interface ApiRoute {
  ApiId: string;
  RouteKey: string;
  Target: string;
}

interface ApiIntegration {
  IntegrationUri: string;
  TimeoutInMillis?: number;
}

interface Target {
  functionArn: string;
  timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const message = (status: number, text: string) => plainResponse(status, JSON.stringify({ message: text }));

/** The HTTP APIs of a stack as origins, by their host names. */
export function readHttpApis(stack: Stack, functions: LocalFunctions): Map<string, Origin> {
  const integrations = new Map(
    stack
      .resources<ApiIntegration>('AWS::ApiGatewayV2::Integration')
      .map(({ id, properties }) => [`integrations/${id}`, targetOf(properties)]),
  );
  const routes = stack.resources<ApiRoute>('AWS::ApiGatewayV2::Route');
  const apis = stack.resources<object>('AWS::ApiGatewayV2::Api');
  return new Map(
    apis.map(({ id }) => {
      const apiId = String(stack.attribute(id, 'Ref'));
      const own = routes.filter(({ properties }) => properties.ApiId === apiId);
      const host = new URL(String(stack.attribute(id, 'ApiEndpoint'))).host;
      return [
        host,
        openHttpApi({ apiId, host, functions, routes: own.map((route) => bind(route, integrations)) }),
      ];
    }),
  );
}

const targetOf = ({ IntegrationUri, TimeoutInMillis = DEFAULT_TIMEOUT_MS }: ApiIntegration): Target => ({
  functionArn: IntegrationUri,
  timeoutMs: TimeoutInMillis,
});

function bind(
  { id, properties }: ResolvedResource<ApiRoute>,
  integrations: Map<string, Target>,
): Route<Target> {
  const target = integrations.get(properties.Target);
  if (!target) throw new Error(`route ${id} leads to ${properties.Target}, which is not in the template`);
  return parseRoute(properties.RouteKey, target);
}

interface HttpApi {
  apiId: string;
  host: string;
  functions: LocalFunctions;
  routes: Route<Target>[];
}

function openHttpApi({ apiId, host, functions, routes }: HttpApi): Origin {
  return async (request: EdgeRequest, body: Buffer): Promise<EdgeResponse> => {
    const refusal = refuseAtApi(request);
    if (refusal) return refusal;
    const match = matchRoute(routes, request.method, request.path);
    if (!match) return message(404, 'Not Found');
    const { route, pathParameters } = match;
    const event = toHttpEvent(request, body, {
      apiId,
      domainName: host,
      routeKey: route.key,
      ...(pathParameters && { pathParameters }),
      nowMs: Date.now(),
    });
    const { functionArn, timeoutMs } = route.target;
    return withinTimeout(timeoutMs, answerOf(functions.invoke(functionArn, event)));
  };
}

/** The function's own log has its errors. */
const answerOf = (invocation: Promise<unknown>): Promise<EdgeResponse> =>
  invocation.then(
    (answer) => toEdgeResponse(answer) ?? message(500, 'Internal Server Error'),
    () => message(500, 'Internal Server Error'),
  );

function withinTimeout(timeoutMs: number, answered: Promise<EdgeResponse>): Promise<EdgeResponse> {
  const late = Promise.withResolvers<EdgeResponse>();
  const timer = setTimeout(late.resolve, timeoutMs, message(503, 'Service Unavailable'));
  return Promise.race([answered, late.promise]).finally(() => clearTimeout(timer));
}
