import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

type HttpRequest = {
  method?: string;
  /** As on the wire: percent-encoded. */
  path: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

/** A request as API Gateway's HTTP API hands it to a function (payload format 2.0). */
export function httpEvent({
  method = 'GET',
  path,
  query = '',
  headers = {},
  body,
}: HttpRequest): APIGatewayProxyEventV2 {
  const binary = Buffer.isBuffer(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.execute-api.localhost',
      domainPrefix: 'api',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '21/Nov/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    ...(body === undefined ? {} : { body: binary ? body.toString('base64') : body }),
    isBase64Encoded: binary,
  };
}

/** A context of which handlers read only the id and the time that is left. */
export const lambdaContext = {
  awsRequestId: 'lambda-1',
  functionName: 'test',
  getRemainingTimeInMillis: () => 30_000,
} as unknown as Context;
