import { createHmac, type KeyObject } from 'node:crypto';

/** The derived key's purpose. */
export const VISITOR_PURPOSE = 'visitor';

/** 96 bits: enough to tell the visitors of one day apart, and 16 characters in each stored click. */
const HASH_CHARACTERS = 16;

/**
 * A visitor of one workspace within one UTC day. The day is part of the hash, so that nobody can be followed from one
 * day to the next, nor from one workspace to another; neither address nor agent can be read out of it.
 */
export function visitorHash(
  key: KeyObject,
  {
    atMs,
    workspaceId,
    address,
    agent,
  }: { atMs: number; workspaceId: string; address: string; agent: string },
): string {
  const day = new Date(atMs).toISOString().slice(0, 10);
  const content = JSON.stringify([day, workspaceId, address, agent]);
  return createHmac('sha256', key).update(content).digest('base64url').slice(0, HASH_CHARACTERS);
}
