import { clickMs, publicClickId } from '#shared/clicks/click-id.ts';
import type { ClickStore } from '#shared/clicks/click-store.ts';
import { Problem } from '#shared/problem.ts';
import type { Conversion, LinkConversion } from './conversion.ts';
import type { ConversionAnswer, ConversionStore, IdempotencyKey } from './conversion-store.ts';

export type ConversionTools = {
  clicks: Pick<ClickStore, 'find'>;
  conversions: ConversionStore;
  now(): number;
  sleep(ms: number): Promise<void>;
};

/** A conversion may follow its click before the click has come through the queue: it is looked for again meanwhile. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 750;
const YOUNG_MS = 60_000;

/** Two requests with one key at once: the second finds the first one's answer. */
const ROUNDS = 5;

/**
 * Records a conversion of a click once, however often it is sent.
 * @throws Problem 'idempotency_conflict' when the key came with another body, 'not_found' for a click that the
 *   workspace does not have
 */
export async function recordConversion(
  conversion: Conversion,
  key: IdempotencyKey | undefined,
  tools: ConversionTools,
): Promise<ConversionAnswer> {
  const { conversions, now } = tools;
  const { workspaceId, eventId } = conversion;
  for (let round = 0; round < ROUNDS; round += 1) {
    const earlier = key && (await conversions.findKey(workspaceId, key.keyHash, now()));
    if (earlier) return answerAgain(earlier, key);
    const outcome = await conversions.record(await withLink(conversion, tools), key);
    if (outcome === 'recorded') return { eventId, duplicate: false };
    if (outcome === 'key_used') continue;
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

async function withLink(
  conversion: Conversion,
  { clicks, now, sleep }: ConversionTools,
): Promise<LinkConversion> {
  const { workspaceId, clickId } = conversion;
  for (let look = 1; ; look += 1) {
    const click = await clicks.find(workspaceId, clickId);
    if (click) return { ...conversion, urlId: click.urlId, receivedAtMs: now() };
    const young = Math.abs(now() - clickMs(clickId)) < YOUNG_MS;
    if (look === LOOKS || !young) break;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Problem('not_found', `There is no click ${publicClickId(clickId)} in this workspace.`, {
    field: 'user_data.click_id',
  });
}
