import type { RecordedClick } from '#shared/clicks/click.ts';
import { clickMs, publicClickId } from '#shared/clicks/click-id.ts';
import type { ClickStore } from '#shared/clicks/record/click-store.ts';
import type { Secrets } from '#shared/credentials/secrets.ts';
import { Problem } from '#shared/problem.ts';
import { clickTtlSeconds, type Plan } from '#shared/workspaces/plans.ts';
import type { Conversion, RecordedConversion } from './conversion.ts';
import type { ConversionAnswer, ConversionStore, IdempotencyKey, Sighting } from './conversion-store.ts';
import { EXTERNAL_ID_PURPOSE, type ExternalHashes, externalHashes } from './external-id.ts';

export type ConversionTools = {
  clicks: Pick<ClickStore, 'find'>;
  conversions: ConversionStore;
  secrets: Secrets;
  now(): number;
  sleep(ms: number): Promise<void>;
};

/** What a conversion comes with: how long its workspace keeps clicks, and the Idempotency-Key if there was one. */
export type ConversionRequest = { conversion: Conversion; plan: Plan; key: IdempotencyKey | undefined };

/** A conversion may follow its click before the click has come through the queue: it is looked for again meanwhile. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 750;
const YOUNG_MS = 60_000;

/** Two requests with one key at once: the second finds the first one's answer. */
const ROUNDS = 5;

/**
 * Records a conversion once, however often it is sent: of its click; or of the last click that its external id came
 * with; or of none.
 * @throws Problem 'idempotency_conflict' when the key came with another body, 'not_found' for a click that the
 *   workspace does not have
 */
export async function recordConversion(
  request: ConversionRequest,
  tools: ConversionTools,
): Promise<ConversionAnswer> {
  const { conversions, now } = tools;
  const { key } = request;
  const { workspaceId, eventId } = request.conversion;
  for (let round = 0; round < ROUNDS; round += 1) {
    const earlier = key && (await conversions.findKey(workspaceId, key.keyHash, now()));
    if (earlier) return answerAgain(earlier, key);
    const { recorded, sighting } = await attributed(request, tools);
    const outcome = await conversions.record(recorded, { key, sighting });
    if (outcome === 'recorded') return { eventId, duplicate: false };
    // Another look tells whose answer it is, or that the click is gone.
    if (outcome === 'key_used' || outcome === 'click_gone') continue;
    const answer = { eventId, duplicate: true };
    if (!key || (await conversions.keepKey(workspaceId, key, answer, now())) === 'kept') return answer;
  }
  throw new Problem('conflict');
}

function answerAgain(
  earlier: IdempotencyKey & { answer: ConversionAnswer },
  { bodyHash }: IdempotencyKey,
): ConversionAnswer {
  if (earlier.bodyHash === bodyHash) return earlier.answer;
  throw new Problem('idempotency_conflict', 'The Idempotency-Key came with another body before.', {
    field: 'idempotency-key',
  });
}

/** The conversion as it is kept, and what its click and external id tell of each other. */
async function attributed(
  { conversion, plan }: ConversionRequest,
  tools: ConversionTools,
): Promise<{ recorded: RecordedConversion; sighting: Sighting | undefined }> {
  const { externalId, ...rest } = conversion;
  const { workspaceId, clickId } = rest;
  const hashes = externalId === null ? undefined : await hashesOf(workspaceId, externalId, tools);
  if (clickId === null) {
    const click = hashes && (await lastSeen(workspaceId, hashes, tools));
    const seen = { clickId: click?.clickId ?? null, urlId: click?.urlId ?? null };
    return { recorded: { ...rest, ...seen, receivedAtMs: tools.now() }, sighting: undefined };
  }
  const { urlId } = await clickOf(workspaceId, clickId, tools);
  const ttlSeconds = clickTtlSeconds(plan, clickMs(clickId));
  return {
    recorded: { ...rest, urlId, receivedAtMs: tools.now() },
    sighting: hashes && { externalHash: hashes.current, clickId, urlId, ttlSeconds },
  };
}

const hashesOf = async (
  workspaceId: string,
  externalId: string,
  { secrets }: ConversionTools,
): Promise<ExternalHashes> =>
  externalHashes(await secrets.derive(EXTERNAL_ID_PURPOSE), workspaceId, externalId);

/** The last click that an external id came with, if that is still there: an erased click takes no conversion. */
async function lastSeen(
  workspaceId: string,
  hashes: ExternalHashes,
  { clicks, conversions, now }: ConversionTools,
): Promise<RecordedClick | undefined> {
  const find = (hash: string) => conversions.findSighting(workspaceId, hash, now());
  const sightings = (await Promise.all(hashes.all.map(find))).filter((sighting) => sighting !== undefined);
  const [last] = sightings.toSorted((a, b) => (a.clickId < b.clickId ? 1 : -1));
  return last && clicks.find(workspaceId, last.clickId);
}

async function clickOf(
  workspaceId: string,
  clickId: string,
  { clicks, now, sleep }: ConversionTools,
): Promise<RecordedClick> {
  for (let look = 1; ; look += 1) {
    const click = await clicks.find(workspaceId, clickId);
    if (click) return click;
    const young = Math.abs(now() - clickMs(clickId)) < YOUNG_MS;
    if (look === LOOKS || !young) break;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Problem('not_found', `There is no click ${publicClickId(clickId)} in this workspace.`, {
    field: 'user_data.click_id',
  });
}
