import type { EdgeResponse } from './edge-request.ts';

/** The part of `AWS::CloudFront::ResponseHeadersPolicy` that is applied here. */
export interface SecurityHeaders {
  ContentTypeOptions?: { Override: boolean };
  FrameOptions?: { FrameOption: string; Override: boolean };
  ReferrerPolicy?: { ReferrerPolicy: string; Override: boolean };
  StrictTransportSecurity?: {
    AccessControlMaxAgeSec: number;
    IncludeSubdomains?: boolean;
    Override: boolean;
  };
}

/** Adds the headers of the policy; the origin's own stay where the policy does not override them. */
export function addSecurityHeaders(policy: SecurityHeaders, response: EdgeResponse): EdgeResponse {
  const headers = [...response.headers];
  for (const { name, value, override } of headersOf(policy)) {
    const at = headers.findIndex(([known]) => known.toLowerCase() === name);
    if (at < 0) headers.push([name, value]);
    else if (override) headers[at] = [name, value];
  }
  return { ...response, headers };
}

function* headersOf(policy: SecurityHeaders): Generator<{ name: string; value: string; override: boolean }> {
  const { ContentTypeOptions, FrameOptions, ReferrerPolicy, StrictTransportSecurity: transport } = policy;
  if (ContentTypeOptions)
    yield { name: 'x-content-type-options', value: 'nosniff', override: ContentTypeOptions.Override };
  if (FrameOptions)
    yield { name: 'x-frame-options', value: FrameOptions.FrameOption, override: FrameOptions.Override };
  if (ReferrerPolicy)
    yield {
      name: 'referrer-policy',
      value: ReferrerPolicy.ReferrerPolicy,
      override: ReferrerPolicy.Override,
    };
  if (transport) {
    const value = `max-age=${transport.AccessControlMaxAgeSec}${transport.IncludeSubdomains ? '; includeSubDomains' : ''}`;
    yield { name: 'strict-transport-security', value, override: transport.Override };
  }
}
