import { ROUTE_TABLE } from '#functions/api/routes.ts';
import { functionNamed, resourcesOf, synthesize } from './synthesized.ts';

const { service } = synthesize();
const stages = resourcesOf(service, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);

test('every request of an API goes to a function, whatever its method, so that it answers 404 and 405 itself', () => {
  const routes = resourcesOf(service, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
  const drawn = ROUTE_TABLE.filter((row) => row.function === 'qr').map(({ path }) => `ANY ${path}`);
  expect(routes.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(
    ['$default', '$default', ...drawn].toSorted(),
  );
  const integrations = resourcesOf(service, 'AWS::ApiGatewayV2::Integration').map(
    ([, { Properties }]) => Properties,
  );
  expect(integrations.map(({ IntegrationUri }) => IntegrationUri['Fn::GetAtt'][0]).toSorted()).toEqual(
    (['api', 'qr', 'redirect'] as const).map((name) => functionNamed(service, name)[0]).toSorted(),
  );
  for (const { PayloadFormatVersion } of integrations) expect(PayloadFormatVersion).toBe('2.0');
});

test('an access log has no path, query, header or address', () => {
  expect(stages).toHaveLength(2);
  for (const { AccessLogSettings } of stages) {
    const format: Record<string, string> = JSON.parse(AccessLogSettings.Format);
    expect(Object.values(format).toSorted()).toEqual([
      '$context.error.message',
      '$context.httpMethod',
      '$context.integrationErrorMessage',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.status',
    ]);
  }
});

test('floods are stopped before they reach a function', () => {
  for (const { StageName, AutoDeploy, DefaultRouteSettings } of stages) {
    expect({ StageName, AutoDeploy }).toEqual({ StageName: '$default', AutoDeploy: true });
    expect(DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
    expect(DefaultRouteSettings.ThrottlingBurstLimit).toBeGreaterThan(0);
  }
});
