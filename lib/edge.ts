import { Duration, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type DistributionProps,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import type { EdgeSecret } from './edge-secret.ts';
import type { ServiceFunction } from './function.ts';
import type { ProductApi } from './product-api.ts';
import type { Redirects } from './redirects.ts';
import { shortDomains } from './short-domains.ts';
import { type Forwarding, viewerRequestCode } from './viewer-request.ts';

/** The streamed file of click events; every other path goes to the HTTP API. */
export const STREAM_PATH = '/link/external/v1/analytics/events/export';

/** Statuses that CloudFront would otherwise remember for ten seconds, whatever the cache policy says. */
const ERROR_STATUSES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** Where all headers of a viewer travel on, those that only CloudFront may set have to be dropped. */
const CLOUDFRONT_HEADERS = ['cloudfront-'];

/**
 * What a redirect needs to know of its visitor. Ten is as many as CloudFront forwards by name.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
const REDIRECT_HEADERS = [
  'x-slugline-host',
  'user-agent',
  'referer',
  'sec-purpose',
  'cloudfront-viewer-address',
  'cloudfront-viewer-country',
  'cloudfront-viewer-country-name',
  'cloudfront-viewer-country-region',
  'cloudfront-viewer-country-region-name',
  'cloudfront-viewer-city',
];

/** The origin's proof that a request came through the edge. */
const EDGE_HEADER = 'x-slugline-edge';

const UNCACHED = {
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
};

/** Findings of the AWS Solutions rules that are meant to be so, each with its reason. */
const FINDINGS = [
  {
    id: 'AwsSolutions-CFR1',
    reason: 'Short links are for readers everywhere; who may not read one is said by its routing rules.',
  },
  {
    id: 'AwsSolutions-CFR2',
    reason:
      'The functions limit rates per key, address and workspace; a firewall is the choice of its owner.',
  },
  {
    id: 'AwsSolutions-CFR3',
    reason: 'An access log would hold addresses of visitors and tokens in URLs, and neither is ever stored.',
  },
  {
    id: 'AwsSolutions-CFR4',
    reason:
      'Under its own name a distribution has the certificate and the protocols of CloudFront; others get TLS 1.2.',
  },
];

const SECURITY_HEADERS = {
  strictTransportSecurity: {
    accessControlMaxAge: Duration.days(730),
    includeSubdomains: false,
    override: true,
  },
  contentTypeOptions: { override: true },
  frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
};

type ProductProps = { product: ProductApi; edgeSecret: EdgeSecret };

/** The product's front: the API, and the streamed file beside it. */
export class ProductEdge extends Construct {
  /** Its host, without a scheme. */
  readonly host: string;

  constructor(scope: Construct, id: string, { product, edgeSecret }: ProductProps) {
    super(scope, id);
    const customHeaders = { [EDGE_HEADER]: edgeSecret.value };
    const api = new HttpOrigin(product.api.host, { customHeaders });
    // The longest pause between two packets, not the length of the stream.
    const stream = new FunctionUrlOrigin(product.streamUrl, {
      customHeaders,
      readTimeout: Duration.seconds(60),
    });
    const shared = {
      ...UNCACHED,
      // A key must never travel in the clear, not even once before a redirect.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      // API Gateway and function URLs answer only under their own host. Of what CloudFront knows of a viewer the
      // API needs the address alone, which the viewer function writes.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: this.securityHeaders(),
    };
    const apiRequest = viewerRequest(this, 'ApiRequest', { drops: CLOUDFRONT_HEADERS });
    const streamRequest = viewerRequest(this, 'StreamRequest', {
      drops: CLOUDFRONT_HEADERS,
      authorization: true,
    });
    const own = { comment: 'Slugline: the API', functions: product.functions };
    this.host = newDistribution(this, own, {
      defaultBehavior: { ...shared, ...apiRequest, origin: api },
      additionalBehaviors: { [STREAM_PATH]: { ...shared, ...streamRequest, origin: stream } },
    }).distributionDomainName;
  }

  private securityHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'SecurityHeaders', {
      securityHeadersBehavior: {
        ...SECURITY_HEADERS,
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      },
    });
  }
}

type ShortProps = { redirects: Redirects; edgeSecret: EdgeSecret };

/**
 * The front of the short domains. Its own name is the first of them; the context `shortDomains` (a list, or names
 * with commas between) with `certificateArn` (a certificate in us-east-1 that covers them) adds more.
 */
export class ShortEdge extends Construct {
  /** Its host, without a scheme. */
  readonly host: string;

  constructor(scope: Construct, id: string, { redirects, edgeSecret }: ShortProps) {
    super(scope, id);
    const origin = new HttpOrigin(redirects.api.host, { customHeaders: { [EDGE_HEADER]: edgeSecret.value } });
    const own = { comment: 'Slugline: short links', functions: redirects.functions };
    this.host = newDistribution(this, own, {
      ...this.domains(),
      defaultBehavior: {
        ...UNCACHED,
        ...viewerRequest(this, 'Request', { prefetch: true }),
        origin,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        originRequestPolicy: this.visitor(),
        // No referrer policy: on a redirect it would decide what the destination is told of the page with the link.
        responseHeadersPolicy: new ResponseHeadersPolicy(this, 'SecurityHeaders', {
          securityHeadersBehavior: SECURITY_HEADERS,
        }),
      },
    }).distributionDomainName;
  }

  private visitor(): OriginRequestPolicy {
    return new OriginRequestPolicy(this, 'Visitor', {
      comment: 'Slugline: what a redirect needs to know of its visitor',
      headerBehavior: OriginRequestHeaderBehavior.allowList(...REDIRECT_HEADERS),
      queryStringBehavior: OriginRequestQueryStringBehavior.all(),
      cookieBehavior: OriginRequestCookieBehavior.all(),
    });
  }

  private domains(): Partial<DistributionProps> {
    const domainNames = shortDomains(this);
    const certificateArn: string | undefined = this.node.tryGetContext('certificateArn');
    if (domainNames.length === 0) return {};
    if (!certificateArn) {
      throw new Error(
        `shortDomains names ${domainNames.join(', ')}, but certificateArn names no certificate`,
      );
    }
    return {
      domainNames,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }
}

function viewerRequest(
  scope: Construct,
  id: string,
  forwarding: Forwarding,
): Pick<BehaviorOptions, 'functionAssociations'> {
  const code = FunctionCode.fromInline(viewerRequestCode(forwarding));
  const edgeFunction = new EdgeFunction(scope, id, { code, runtime: FunctionRuntime.JS_2_0 });
  return { functionAssociations: [{ function: edgeFunction, eventType: FunctionEventType.VIEWER_REQUEST }] };
}

type Front = { comment: string; functions: readonly ServiceFunction[] };

function newDistribution(
  scope: Construct,
  { comment, functions }: Front,
  props: DistributionProps,
): Distribution {
  const distribution = new Distribution(scope, 'Distribution', {
    comment,
    httpVersion: HttpVersion.HTTP2_AND_3,
    errorResponses: ERROR_STATUSES.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    ...props,
  });
  // Functions know a new secret before the first request comes with it.
  for (const { lambda } of functions) distribution.node.addDependency(lambda);
  for (const finding of FINDINGS) Validations.of(distribution).acknowledge(finding);
  return distribution;
}
