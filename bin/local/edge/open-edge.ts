import type { LocalFunctions } from '../lambda/local-functions.ts';
import type { Stack } from '../template/stack.ts';
import { type Distribution, readDistributions } from './distribution.ts';
import { readFunctionUrls } from './function-url.ts';
import { readHttpApis } from './http-api.ts';

/** The two distributions: the product's API, and the short domains. */
export interface Edge {
  api: Distribution;
  short: Distribution;
}

/** Opens both distributions of the service stack; its outputs tell which is which. */
export function openEdge(service: Stack, functions: LocalFunctions): Edge {
  const origins = new Map([...readHttpApis(service, functions), ...readFunctionUrls(service, functions)]);
  const distributions = readDistributions(service, origins);
  const { ApiUrl, ShortDomain } = service.outputs();
  const find = (output: string, host: string): Distribution => {
    const distribution = distributions.get(host);
    if (distribution) return distribution;
    throw new Error(`the output ${output} leads to ${host}, which is no distribution of the template`);
  };
  return {
    api: find('ApiUrl', new URL(String(ApiUrl)).host),
    short: find('ShortDomain', String(ShortDomain)),
  };
}
