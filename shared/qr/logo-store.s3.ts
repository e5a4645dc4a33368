import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { LogoStore } from './logo-store.ts';

/** Long enough for a page that was just opened. */
const PREVIEW_SECONDS = 300;

const prefixOf = (workspaceId: string): string => `logos/${workspaceId}/`;
const keyOf = (workspaceId: string, logoId: string): string => `${prefixOf(workspaceId)}${logoId}.png`;

/** Where a PNG says how large it is. @see https://www.w3.org/TR/png-3/#11IHDR */
const WIDTH_AT = 16;
const HEIGHT_AT = 20;

/** Logos in the bucket of files. */
export function s3LogoStore(client: S3Client, Bucket: string): LogoStore {
  const at = (workspaceId: string, logoId: string) => ({ Bucket, Key: keyOf(workspaceId, logoId) });
  return {
    find: async (workspaceId, logoId) => {
      const got = await absentIsFine(client.send(new GetObjectCommand(at(workspaceId, logoId))));
      if (got === undefined) return undefined;
      const png = Buffer.from(await got.Body!.transformToByteArray());
      return { png, width: png.readUInt32BE(WIDTH_AT), height: png.readUInt32BE(HEIGHT_AT) };
    },
    has: async (workspaceId, logoId) =>
      (await absentIsFine(client.send(new HeadObjectCommand(at(workspaceId, logoId))))) !== undefined,
    count: async (workspaceId, most) => {
      const listing = { Bucket, Prefix: prefixOf(workspaceId), MaxKeys: most };
      return (await client.send(new ListObjectsV2Command(listing))).KeyCount ?? 0;
    },
    put: async (workspaceId, logoId, { png }) => {
      const object = { ...at(workspaceId, logoId), Body: png, ContentType: 'image/png' };
      await client.send(new PutObjectCommand(object));
    },
    remove: async (workspaceId, logoId) => {
      await client.send(new DeleteObjectCommand(at(workspaceId, logoId)));
    },
    previewUrl: (workspaceId, logoId) =>
      getSignedUrl(client, new GetObjectCommand(at(workspaceId, logoId)), { expiresIn: PREVIEW_SECONDS }),
  };
}

async function absentIsFine<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    // HeadObject has no body, so its 404 has no code of its own. A missing bucket is an accident.
    if (name !== 'NoSuchBucket' && $metadata?.httpStatusCode === 404) return undefined;
    throw error;
  }
}
