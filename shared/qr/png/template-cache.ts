import type { Template } from './template.ts';

/** A worker has a few hundred megabytes; a template of 1,024 pixels takes one or two. */
const MAX_BYTES = 32 * 1024 ** 2;

/** Keeps the templates used last, within a bound of bytes. */
export function templateCache(maxBytes = MAX_BYTES): (key: string, make: () => Template) => Template {
  const kept = new Map<string, Template>();
  let bytes = 0;
  return (key, make) => {
    const found = kept.get(key);
    const template = found ?? make();
    if (found === undefined) bytes += template.bytes;
    // The last in a map's order is the one used last.
    kept.delete(key);
    kept.set(key, template);
    for (const [oldest, { bytes: freed }] of kept) {
      if (bytes <= maxBytes || oldest === key) break;
      kept.delete(oldest);
      bytes -= freed;
    }
    return template;
  };
}
