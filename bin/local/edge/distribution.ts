import type { Stack } from '../template/stack.ts';
import type { Origin } from './edge-request.ts';
import { type EdgeRequest, type EdgeResponse, plainResponse } from './edge-request.ts';
import {
  applyOriginRequestPolicy,
  FORWARD_NOTHING,
  MANAGED_POLICIES,
  type OriginRequestPolicy,
} from './origin-request-policy.ts';
import { refuseAtEdge } from './request-limits.ts';
import { addSecurityHeaders, type SecurityHeaders } from './security-headers.ts';
import { compileViewerFunction, type ViewerResult } from './viewer-function.ts';

interface BehaviorProperties {
  PathPattern?: string;
  TargetOriginId: string;
  AllowedMethods?: string[];
  OriginRequestPolicyId?: string;
  ResponseHeadersPolicyId?: string;
  FunctionAssociations?: { EventType: string; FunctionARN: string }[];
}

interface OriginProperties {
  Id: string;
  DomainName: string;
  OriginPath?: string;
  OriginCustomHeaders?: { HeaderName: string; HeaderValue: string }[];
}

interface DistributionProperties {
  DistributionConfig: {
    Origins: OriginProperties[];
    DefaultCacheBehavior: BehaviorProperties;
    CacheBehaviors?: BehaviorProperties[];
  };
}

interface Behavior {
  matches(path: string): boolean;
  allowedMethods: string[];
  onViewerRequest(request: EdgeRequest): Promise<ViewerResult>;
  policy: OriginRequestPolicy;
  securityHeaders: SecurityHeaders;
  customHeaders: [name: string, value: string][];
  origin: Origin;
}

/** One CloudFront distribution: everything that happens before and after an origin. */
export type Distribution = (request: EdgeRequest, body: Buffer) => Promise<EdgeResponse>;

/**
 * The distributions of a stack, by their host names. Nothing is cached, as with CachingDisabled.
 * @param origins  what the distributions may lead to, by host name
 */
export function readDistributions(stack: Stack, origins: Map<string, Origin>): Map<string, Distribution> {
  const policies = readPolicies(stack);
  return new Map(
    stack
      .resources<DistributionProperties>('AWS::CloudFront::Distribution')
      .map(({ id, properties: { DistributionConfig: config } }) => {
        const behaviors = [...(config.CacheBehaviors ?? []), config.DefaultCacheBehavior].map((behavior) => {
          const own = config.Origins.find((one) => one.Id === behavior.TargetOriginId)!;
          const origin = origins.get(own.DomainName);
          if (!origin) throw new Error(`${id}: the origin ${own.DomainName} is not in the template`);
          return openBehavior(behavior, { own, origin, policies });
        });
        return [String(stack.attribute(id, 'DomainName')), openDistribution(behaviors)];
      }),
  );
}

interface Policies {
  functions: Map<string, (request: EdgeRequest) => Promise<ViewerResult>>;
  originRequest: Map<string, OriginRequestPolicy>;
  securityHeaders: Map<string, SecurityHeaders>;
}

function readPolicies(stack: Stack): Policies {
  const functions = stack.resources<{ FunctionCode: string }>('AWS::CloudFront::Function');
  const originRequest = stack.resources<{ OriginRequestPolicyConfig: OriginRequestPolicy }>(
    'AWS::CloudFront::OriginRequestPolicy',
  );
  const responseHeaders = stack.resources<{
    ResponseHeadersPolicyConfig: { SecurityHeadersConfig?: SecurityHeaders };
  }>('AWS::CloudFront::ResponseHeadersPolicy');
  return {
    functions: new Map(
      functions.map(({ id, properties }) => [
        String(stack.attribute(id, 'FunctionARN')),
        compileViewerFunction(properties.FunctionCode),
      ]),
    ),
    originRequest: new Map([
      ...Object.entries(MANAGED_POLICIES),
      ...originRequest.map(({ id, properties }) => [id, properties.OriginRequestPolicyConfig] as const),
    ]),
    securityHeaders: new Map(
      responseHeaders.map(({ id, properties }) => [
        id,
        properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig ?? {},
      ]),
    ),
  };
}

interface Surroundings {
  own: OriginProperties;
  origin: Origin;
  policies: Policies;
}

function openBehavior(behavior: BehaviorProperties, { own, origin, policies }: Surroundings): Behavior {
  const association = behavior.FunctionAssociations?.find(({ EventType }) => EventType === 'viewer-request');
  const policyId = behavior.OriginRequestPolicyId;
  const policy = policyId === undefined ? FORWARD_NOTHING : policies.originRequest.get(policyId);
  if (!policy) throw new Error(`the origin request policy ${policyId} is not known here`);
  const onViewerRequest = association && policies.functions.get(association.FunctionARN);
  return {
    matches: matcher(behavior.PathPattern ?? '*'),
    allowedMethods: behavior.AllowedMethods ?? ['GET', 'HEAD'],
    onViewerRequest: onViewerRequest ?? (async (request) => ({ request })),
    policy,
    securityHeaders: policies.securityHeaders.get(behavior.ResponseHeadersPolicyId ?? '') ?? {},
    customHeaders: (own.OriginCustomHeaders ?? []).map(({ HeaderName, HeaderValue }) => [
      HeaderName.toLowerCase(),
      HeaderValue,
    ]),
    origin: (request, body) => origin({ ...request, path: (own.OriginPath ?? '') + request.path }, body),
  };
}

/** `*` stands for any characters, `?` for one. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html */
function matcher(pattern: string): (path: string) => boolean {
  const escaped = pattern
    .replace(/[.+^$|()[\]{}\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^/?${escaped}$`);
  return (path) => expression.test(path);
}

const openDistribution =
  (behaviors: Behavior[]): Distribution =>
  async (request, body) => {
    const refusal = refuseAtEdge(request);
    if (refusal) return refusal;
    const behavior = behaviors.find(({ matches }) => matches(request.path))!;
    if (!behavior.allowedMethods.includes(request.method))
      return plainResponse(403, 'Forbidden', 'text/plain');
    const viewed = await behavior.onViewerRequest(request);
    const response = 'response' in viewed ? viewed.response : await forward(behavior, viewed.request, body);
    return addSecurityHeaders(behavior.securityHeaders, response);
  };

/** The origin's custom headers replace whatever the viewer sent under their names. */
function forward(behavior: Behavior, request: EdgeRequest, body: Buffer): Promise<EdgeResponse> {
  const outgoing = applyOriginRequestPolicy(behavior.policy, request);
  for (const [name, value] of behavior.customHeaders) outgoing.headers.set(name, value);
  return behavior.origin(outgoing, body);
}
