import { viewerRequestCode } from '#lib/viewer-request.ts';
import {
  functionNamed,
  onlyResource,
  type Resource,
  readable,
  resourcesOf,
  synthesize,
  type Template,
} from './synthesized.ts';

const { service } = synthesize();

const distributions = resourcesOf(service, 'AWS::CloudFront::Distribution').map(
  ([, { Properties }]) => Properties.DistributionConfig,
);
const product = distributions.find(({ Comment }) => Comment === 'Slugline: the API');
const short = distributions.find(({ Comment }) => Comment === 'Slugline: short links');
const SECRET = '{{resolve:secretsmanager:EdgeSecretGeneration1:SecretString:::}}';

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

type Behavior = Resource['Properties'];

const originOf = (distribution: Resource['Properties'], behavior: Behavior): string => {
  const origin = distribution.Origins.find(({ Id }: { Id: string }) => Id === behavior.TargetOriginId);
  return JSON.stringify(origin.DomainName);
};

const apiBehind = (name: 'api' | 'redirect'): string => {
  const [lambda] = functionNamed(service, name);
  const [, integration] = resourcesOf(service, 'AWS::ApiGatewayV2::Integration').find(
    ([, { Properties }]) => Properties.IntegrationUri['Fn::GetAtt'][0] === lambda,
  )!;
  return integration.Properties.ApiId.Ref;
};

test('a request past the edge has no secret: every origin is sent the generated one, and its functions know it', () => {
  for (const { Origins } of [product, short]) {
    for (const { OriginCustomHeaders } of Origins) {
      expect(OriginCustomHeaders).toHaveLength(1);
      expect(OriginCustomHeaders[0].HeaderName).toBe('x-slugline-edge');
      expect(readable(OriginCustomHeaders[0].HeaderValue)).toBe(SECRET);
    }
  }
  for (const name of ['api', 'qr', 'stream', 'redirect'] as const) {
    expect(readable(functionNamed(service, name)[1].Properties.Environment.Variables.EDGE_SECRET)).toBe(
      SECRET,
    );
  }
  const { GenerateSecretString, SecretString } = onlyResource(
    service,
    'AWS::SecretsManager::Secret',
  ).Properties;
  expect(SecretString).toBeUndefined();
  expect(GenerateSecretString.PasswordLength).toBeGreaterThanOrEqual(32);
});

describe('a rotation of the secret', () => {
  const secretsOf = (template: Template): string[] =>
    resourcesOf(template, 'AWS::SecretsManager::Secret')
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))
      .sort();
  const sent = (template: Template): string[] =>
    resourcesOf(template, 'AWS::CloudFront::Distribution').flatMap(([, { Properties }]) =>
      Properties.DistributionConfig.Origins.map((origin: Resource['Properties']) =>
        readable(origin.OriginCustomHeaders[0].HeaderValue),
      ),
    );
  const known = (template: Template): string[][] =>
    (['api', 'qr', 'stream', 'redirect'] as const).map((name) => {
      const { EDGE_SECRET, EDGE_SECRET_PREVIOUS } = functionNamed(template, name)[1].Properties.Environment
        .Variables;
      return [EDGE_SECRET, EDGE_SECRET_PREVIOUS].map(readable);
    });
  const generation = (n: number): string => SECRET.replace('1', String(n));
  const three = <Value>(value: Value): Value[] => [value, value, value];
  const four = <Value>(value: Value): Value[] => [...three(value), value];

  test('sends the new one, and knows the one before as well', () => {
    const next = synthesize({ edgeSecretGeneration: 2 }).service;
    expect(secretsOf(next)).toEqual(['EdgeSecretGeneration1', 'EdgeSecretGeneration2']);
    expect(sent(next)).toEqual(three(generation(2)));
    expect(known(next)).toEqual(four([generation(2), generation(1)]));
  });

  test('is over when the same number says so: the one before is gone', () => {
    const over = synthesize({ edgeSecretGeneration: '2', edgeSecretRotated: 2 }).service;
    expect(secretsOf(over)).toEqual(['EdgeSecretGeneration2']);
    expect(sent(over)).toEqual(three(generation(2)));
    expect(known(over)).toEqual(four([generation(2), '']));
  });

  test('that was over does not end the next one', () => {
    const third = synthesize({ edgeSecretGeneration: 3, edgeSecretRotated: 2 }).service;
    expect(known(third)).toEqual(four([generation(3), generation(2)]));
  });

  test.each(['0', '1.5', 'next', ''])('to %j is refused', (edgeSecretGeneration) => {
    expect(() => synthesize({ edgeSecretGeneration })).toThrow('a whole number from 1 is required');
  });

  test('tells the functions first: no distribution changes before those that it leads to', () => {
    const leads = {
      'Slugline: the API': ['api', 'qr', 'stream'],
      'Slugline: short links': ['redirect'],
    } as const;
    for (const [, { Properties, DependsOn }] of resourcesOf(service, 'AWS::CloudFront::Distribution')) {
      const names = leads[Properties.DistributionConfig.Comment as keyof typeof leads];
      for (const name of names) expect(DependsOn).toContain(functionNamed(service, name)[0]);
    }
  });
});

test('every behaviour takes all methods, caches nothing, and asks origins by TLS 1.2 alone', () => {
  for (const { DefaultCacheBehavior, CacheBehaviors = [], Origins } of [product, short]) {
    for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
      expect(behavior.AllowedMethods).toHaveLength(7);
      expect(behavior.CachePolicyId).toBe(CACHING_DISABLED);
    }
    for (const { CustomOriginConfig } of Origins) {
      expect(CustomOriginConfig).toMatchObject({
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      });
    }
  }
});

test('CloudFront remembers no error either', () => {
  for (const { CustomErrorResponses } of [product, short]) {
    expect(CustomErrorResponses.map(({ ErrorCode }: { ErrorCode: number }) => ErrorCode)).toEqual([
      400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
    ]);
    for (const response of CustomErrorResponses) {
      expect(response).toEqual({ ErrorCode: response.ErrorCode, ErrorCachingMinTTL: 0 });
    }
  }
});

describe("the product's distribution", () => {
  test('never takes a key in the clear', () => {
    for (const behavior of [product.DefaultCacheBehavior, ...product.CacheBehaviors]) {
      expect(behavior.ViewerProtocolPolicy).toBe('https-only');
    }
  });

  test('hands the path of the streamed file to the function URL, and all else to the API', () => {
    const [stream, ...others] = product.CacheBehaviors;
    expect(others).toEqual([]);
    expect(stream.PathPattern).toBe('/link/external/v1/analytics/events/export');
    expect(originOf(product, stream)).toContain('FunctionUrl');
    expect(originOf(product, product.DefaultCacheBehavior)).toContain(apiBehind('api'));
  });

  test('forwards every header of the viewer but the host', () => {
    for (const behavior of [product.DefaultCacheBehavior, ...product.CacheBehaviors]) {
      expect(behavior.OriginRequestPolicyId).toBe(ALL_VIEWER_EXCEPT_HOST);
    }
  });

  test('streams: the function URL answers piece by piece', () => {
    expect(onlyResource(service, 'AWS::Lambda::Url').Properties).toMatchObject({
      AuthType: 'NONE',
      InvokeMode: 'RESPONSE_STREAM',
      TargetFunctionArn: { 'Fn::GetAtt': [functionNamed(service, 'stream')[0], 'Arn'] },
    });
  });
});

describe('the distribution of the short domains', () => {
  test('leads to the redirects, and leads plain HTTP to TLS', () => {
    expect(short.CacheBehaviors).toBeUndefined();
    expect(originOf(short, short.DefaultCacheBehavior)).toContain(apiBehind('redirect'));
    expect(short.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
  });

  test('forwards where a visitor is, query and cookies, and no more headers than CloudFront allows', () => {
    const policy = onlyResource(service, 'AWS::CloudFront::OriginRequestPolicy').Properties
      .OriginRequestPolicyConfig;
    expect(policy.HeadersConfig.HeaderBehavior).toBe('whitelist');
    expect(policy.HeadersConfig.Headers).toEqual(
      expect.arrayContaining([
        'x-slugline-host',
        'user-agent',
        'referer',
        'cloudfront-viewer-address',
        'cloudfront-viewer-country',
        'cloudfront-viewer-country-name',
        'cloudfront-viewer-country-region',
        'cloudfront-viewer-country-region-name',
        'cloudfront-viewer-city',
      ]),
    );
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    expect(policy.HeadersConfig.Headers.length).toBeLessThanOrEqual(10);
    expect(policy.QueryStringsConfig).toEqual({ QueryStringBehavior: 'all' });
    expect(policy.CookiesConfig).toEqual({ CookieBehavior: 'all' });
  });

  test('goes by its own name until others are given', () => {
    expect(short.Aliases).toBeUndefined();
    expect(short.ViewerCertificate).toBeUndefined();
  });
});

describe('own short domains', () => {
  const certificateArn =
    'arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555';

  test('without a certificate stop the synthesis', () => {
    expect(() => synthesize({ shortDomains: ['go.example.com'] })).toThrow(
      'shortDomains names go.example.com, but certificateArn names no certificate',
    );
  });

  test.each([[['go.example.com', 'l.example.org']], ['go.example.com,l.example.org']])(
    'given as %j are served with TLS 1.2',
    (shortDomains) => {
      const { service } = synthesize({ shortDomains, certificateArn });
      const [, { Properties }] = resourcesOf(service, 'AWS::CloudFront::Distribution').find(
        ([, { Properties }]) => Properties.DistributionConfig.Comment === 'Slugline: short links',
      )!;
      expect(Properties.DistributionConfig).toMatchObject({
        Aliases: ['go.example.com', 'l.example.org'],
        ViewerCertificate: {
          AcmCertificateArn: certificateArn,
          MinimumProtocolVersion: 'TLSv1.2_2021',
          SslSupportMethod: 'sni-only',
        },
      });
      expect(functionNamed(service, 'api')[1].Properties.Environment.Variables.SHORT_DOMAINS).toBe(
        'go.example.com,l.example.org',
      );
    },
  );
});

describe("the edge's own function", () => {
  type Headers = Record<string, { value: string }>;
  const run = (code: string, headers: Headers): Headers =>
    new Function('event', `${code}; return handler(event);`)({
      viewer: { ip: '203.0.113.9' },
      request: { headers },
    }).headers;

  const codeFor = (behavior: Behavior): string => {
    const [id] = behavior.FunctionAssociations[0].FunctionARN['Fn::GetAtt'];
    return service.Resources[id]!.Properties.FunctionCode;
  };

  const sent = {
    host: { value: 'go.example.com' },
    authorization: { value: 'Bearer k' },
    'x-slugline-edge': { value: 'guess' },
    'x-slugline-host': { value: 'other.example.com' },
    'x-slugline-authorization': { value: 'Bearer stolen' },
    'x-slugline-viewer-address': { value: '127.0.0.1' },
    'cloudfront-viewer-country': { value: 'XX' },
  };

  test('drops what a viewer sent under our names and CloudFront’s, and writes host and address', () => {
    expect(run(codeFor(product.DefaultCacheBehavior), { ...sent })).toEqual({
      host: { value: 'go.example.com' },
      authorization: { value: 'Bearer k' },
      'x-slugline-host': { value: 'go.example.com' },
      'x-slugline-viewer-address': { value: '203.0.113.9' },
    });
  });

  test('copies the credential for the streamed file only', () => {
    const headers = run(codeFor(product.CacheBehaviors[0]), { ...sent });
    expect(headers['x-slugline-authorization']).toEqual({ value: 'Bearer k' });
    const { authorization: _, ...anonymous } = sent;
    expect(run(codeFor(product.CacheBehaviors[0]), anonymous)).not.toHaveProperty('x-slugline-authorization');
  });

  test('leaves CloudFront’s own headers alone where CloudFront writes them, and tells a prefetch in one spelling', () => {
    const headers = run(codeFor(short.DefaultCacheBehavior), { ...sent, 'x-moz': { value: 'prefetch' } });
    expect(headers).toMatchObject({
      'cloudfront-viewer-country': { value: 'XX' },
      'sec-purpose': { value: 'prefetch' },
      'x-slugline-host': { value: 'go.example.com' },
    });
    expect(headers).not.toHaveProperty('x-slugline-edge');
  });

  test('fits into what CloudFront takes', () => {
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    expect(Buffer.byteLength(viewerRequestCode({ authorization: true, prefetch: true }))).toBeLessThan(
      10_000,
    );
  });
});
