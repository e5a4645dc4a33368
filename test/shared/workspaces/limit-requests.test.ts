import { codelloy } from '#shared/dialects/codelloy/codelloy.ts';
import { nimriz } from '#shared/dialects/nimriz/nimriz.ts';
import { limitRequests, REQUESTS_A_MINUTE } from '#shared/workspaces/limit-requests.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import type { Principal } from '#shared/workspaces/workspace.ts';
import { memoryRateLimiter } from '#test/support/memory/rate-limit.ts';
import { exampleWorkspace } from '#test/support/workspaces.ts';

const caller = (keyId: string | null, workspaceId = 'w1'): Principal => ({
  workspace: exampleWorkspace({ workspaceId }),
  scopes: new Set(),
  via: 'key',
  keyId,
  email: null,
});
const native = nimriz.limits.requests;

async function useUp(limiter: RateLimiter, principal: Principal) {
  for (let n = 0; n < REQUESTS_A_MINUTE; n += 1) await limitRequests(limiter, principal, native, 0);
}

describe('the request limit of a key', () => {
  test('refuses the first request beyond it and says when to come back', async () => {
    const limiter = memoryRateLimiter();
    await useUp(limiter, caller('k1'));
    await expect(limitRequests(limiter, caller('k1'), native, 15_000)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 45,
      headers: { 'ratelimit-limit': '6000', 'ratelimit-remaining': '0', 'ratelimit-reset': '45' },
    });
  });

  test('lets nobody pass when the counter fails', async () => {
    const down: RateLimiter = {
      take: async () => {
        throw new Error('the table does not answer');
      },
    };
    await expect(limitRequests(down, caller('k1'), native, 0)).rejects.toThrow('the table does not answer');
  });

  test('is its own: other keys and workspaces go on', async () => {
    const limiter = memoryRateLimiter();
    await useUp(limiter, caller('k1'));
    expect((await limitRequests(limiter, caller('k2'), native, 0))['ratelimit-remaining']).toBe(
      String(REQUESTS_A_MINUTE - 1),
    );
    await useUp(limiter, caller(null, 'w1'));
    expect((await limitRequests(limiter, caller(null, 'w2'), native, 0))['ratelimit-remaining']).toBe(
      String(REQUESTS_A_MINUTE - 1),
    );
  });

  test('is not that of routes which the plan limits: they count for themselves, by workspace', async () => {
    const limiter = memoryRateLimiter();
    await useUp(limiter, caller('k1'));
    const exports = codelloy.limits.export;
    for (let left = 4; left >= 0; left -= 1) {
      const key = caller(`k${left}`);
      expect(await limitRequests(limiter, key, exports, 0)).toMatchObject({
        'ratelimit-limit': '5',
        'ratelimit-remaining': String(left),
      });
    }
    await expect(limitRequests(limiter, caller('k9'), exports, 15_000)).rejects.toMatchObject({
      code: 'rate_limited',
      details: { kind: 'rate_limit_exceeded', scope: 'export', limitPerMin: 5, retryAfterSeconds: 45 },
    });
    expect(await limitRequests(limiter, caller('k9'), native, 0)).toBeDefined();
  });
});
