import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

type Upload = { uploadId: string; bucket: string; key: string; initiated: Date };
type Store = { multipartUploads: Map<string, Upload> };
type StoreClass = { prototype: { createBucket(this: Store, ...args: unknown[]): unknown } };

const path = new URL('./s3/s3Store.js', import.meta.resolve('fauxqs')).href;
const { S3Store } = (await import(path)) as { S3Store: StoreClass };

/** fauxqs 2.4.1 has no ListMultipartUploads and lists objects instead; this answers such requests before it does. */
export function listUploads(): void {
  const { createBucket } = S3Store.prototype;
  let store: Store | undefined;
  S3Store.prototype.createBucket = function (...args) {
    store = this;
    return createBucket.apply(this, args);
  };
  const { emit } = Server.prototype;
  Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const url =
      event === 'request' && request.method === 'GET' ? new URL(request.url!, 'http://s3') : undefined;
    if (!url?.searchParams.has('uploads')) return Reflect.apply(emit, this, [event, ...args]);
    const found = [...(store?.multipartUploads.values() ?? [])].filter(isListed(url));
    response.writeHead(200, { 'content-type': 'application/xml' }).end(listing(found));
    return true;
  } as typeof emit;
}

const isListed = (url: URL) => {
  const bucket = url.pathname.split('/')[1];
  const prefix = url.searchParams.get('prefix') ?? '';
  return (upload: Upload) => upload.bucket === bucket && upload.key.startsWith(prefix);
};

const listing = (uploads: Upload[]): string => {
  const entries = uploads.map(
    ({ key, uploadId, initiated }) =>
      `<Upload><Key>${escaped(key)}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`;
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
