import { Resolver } from 'node:dns/promises';

/** Stands for DNS: every resolver of this process finds the TXT records that were put, and no others. */
export function openZone() {
  const records = new Map<string, string[][]>();
  const real = Resolver.prototype.resolveTxt;
  Resolver.prototype.resolveTxt = async (name) => {
    const found = records.get(name);
    if (found) return found;
    throw Object.assign(new Error(`queryTxt ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  };
  return {
    /** @param strings  of one TXT record */
    put: (name: string, strings: string[]) => void records.set(name, [strings]),
    clear: () => records.clear(),
    close: () => {
      Resolver.prototype.resolveTxt = real;
    },
  };
}
