import { clickKey } from '#shared/clicks/click-keys.ts';
import { type Attribution, isAttribution, type RecordedConversion } from '#shared/conversions/conversion.ts';
import {
  type ConversionAnswer,
  type ConversionStore,
  type IdempotencyKey,
  KEY_MS,
  type Sighting,
} from '#shared/conversions/conversion-store.ts';
import { CONVERSION_COUNTERS } from '#shared/roll-ups/cell.ts';
import type { MemoryClicks } from './click-store.ts';

type KeptKey = IdempotencyKey & { answer: ConversionAnswer; untilMs: number };

/** Conversions in memory; they count at the roll-ups of `memory`. */
export function memoryConversionStore(memory: MemoryClicks): ConversionStore {
  const events = new Map<string, Map<string, RecordedConversion>>();
  const keys = new Map<string, KeptKey>();
  const attributed = new Set<string>();
  const sightings = new Map<string, Map<string, Sighting>>();
  const used = (workspaceId: string, keyHash: string, nowMs: number): KeptKey | undefined => {
    const kept = keys.get(`${workspaceId}#${keyHash}`);
    return kept && nowMs < kept.untilMs ? kept : undefined;
  };
  const keep = (workspaceId: string, key: IdempotencyKey, answer: ConversionAnswer, nowMs: number) =>
    keys.set(`${workspaceId}#${key.keyHash}`, { ...key, answer, untilMs: nowMs + KEY_MS });

  const count = (conversion: Attribution): void => {
    const { workspaceId, urlId, clickId, eventName } = conversion;
    const first = !attributed.has(`${workspaceId}#${clickId}`);
    attributed.add(`${workspaceId}#${clickId}`);
    const add = {
      [CONVERSION_COUNTERS[eventName]]: 1,
      ...(first ? { [CONVERSION_COUNTERS.attributed]: 1 } : {}),
    };
    memory.change(workspaceId, { key: { kind: 'totals', urlId }, add });
  };

  const see = (workspaceId: string, sighting: Sighting, nowMs: number): void => {
    const ours = sightings.get(workspaceId) ?? new Map<string, Sighting>();
    const known = ours.get(sighting.externalHash);
    const holds =
      known !== undefined && known.clickId >= sighting.clickId && known.ttlSeconds * 1_000 > nowMs;
    if (!holds) sightings.set(workspaceId, ours.set(sighting.externalHash, sighting));
  };

  return {
    findKey: async (workspaceId, keyHash, nowMs) => {
      const kept = used(workspaceId, keyHash, nowMs);
      return kept && { keyHash, bodyHash: kept.bodyHash, answer: kept.answer };
    },
    record: async (conversion, { key, sighting }) => {
      const { workspaceId, eventId, receivedAtMs } = conversion;
      if (key && used(workspaceId, key.keyHash, receivedAtMs)) return 'key_used';
      const ours = events.get(workspaceId) ?? new Map<string, RecordedConversion>();
      if (ours.has(eventId)) return 'duplicate';
      const { clickId } = conversion;
      if (clickId !== null && !memory.has(clickKey(workspaceId, clickId))) return 'click_gone';
      events.set(workspaceId, ours.set(eventId, conversion));
      if (key) keep(workspaceId, key, { eventId, duplicate: false }, receivedAtMs);
      if (sighting) see(workspaceId, sighting, receivedAtMs);
      if (isAttribution(conversion)) count(conversion);
      return 'recorded';
    },
    keepKey: async (workspaceId, key, answer, nowMs) => {
      if (used(workspaceId, key.keyHash, nowMs)) return 'key_used';
      keep(workspaceId, key, answer, nowMs);
      return 'kept';
    },
    findSighting: async (workspaceId, externalHash, nowMs) => {
      const known = sightings.get(workspaceId)?.get(externalHash);
      return known && known.ttlSeconds * 1_000 > nowMs ? known : undefined;
    },
    // Here none was ever kept.
    forgetExternalIds: async () => 0,
    readSightings: async function* (workspaceId) {
      yield [...(sightings.get(workspaceId)?.values() ?? [])];
    },
    removeSightings: async (workspaceId, some) => {
      for (const { externalHash } of some) sightings.get(workspaceId)?.delete(externalHash);
    },
    read: async function* (workspaceId) {
      const ours = [...(events.get(workspaceId) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      if (ours.length > 0) yield ours.map(([, conversion]) => conversion);
    },
    remove: async (workspaceId, conversions) => {
      for (const { eventId, clickId } of conversions) {
        events.get(workspaceId)?.delete(eventId);
        attributed.delete(`${workspaceId}#${clickId}`);
      }
    },
  };
}
