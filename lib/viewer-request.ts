export type Forwarding = {
  /** Prefixes of headers that a viewer may not send; ours is always among them. */
  drops?: string[];
  /** `authorization` goes on as `x-slugline-authorization`, too. */
  authorization?: boolean;
  /** The old spellings of a prefetch go on as the standard one. */
  prefetch?: boolean;
};

const AUTHORIZATION = [
  "if (headers.authorization) headers['x-slugline-authorization'] = { value: headers.authorization.value };",
];

const PREFETCH = [
  "var hint = headers.purpose || headers['x-purpose'] || headers['x-moz'];",
  "if (hint && !headers['sec-purpose']) headers['sec-purpose'] = { value: hint.value };",
];

/**
 * The code of a CloudFront Function that runs before a request leaves the edge: whatever a viewer sent under our own
 * names is dropped, then they are written from what CloudFront itself knows.
 * `host` is copied, because the origin must find its own name there and the function may not change it.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function viewerRequestCode({ drops = [], authorization, prefetch }: Forwarding): string {
  const dropped = ['x-slugline-', ...drops].map((prefix) => `name.startsWith('${prefix}')`).join(' || ');
  return [
    'function handler(event) {',
    'var request = event.request;',
    'var headers = request.headers;',
    `Object.keys(headers).forEach(function (name) { if (${dropped}) delete headers[name]; });`,
    "headers['x-slugline-host'] = { value: headers.host.value };",
    "headers['x-slugline-viewer-address'] = { value: event.viewer.ip };",
    ...(authorization ? AUTHORIZATION : []),
    ...(prefetch ? PREFETCH : []),
    'return request;',
    '}',
  ].join('\n');
}
