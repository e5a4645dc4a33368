import { addDomain } from '#shared/domains/add-domain.ts';
import { changeDomain } from '#shared/domains/change-domain.ts';
import { CLAIM_MS } from '#shared/workspaces/domain-claim.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';

const HOST = 'victim.example.com';

/** Workspaces `w1`, `w2`, … with claims of one host, and the zone of that host. */
function open() {
  const zone = new Map<string, string[][]>();
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  let ids = 0;
  const tools = {
    workspaces: memoryWorkspaceStore(),
    laptop: false,
    serves: () => true,
    resolveTxt: async (name: string) => zone.get(name) ?? [],
    now: () => clock.nowMs,
    newId: () => {
      ids += 1;
      return `d${ids}`;
    },
    newChallenge: () => `challenge-${ids}`,
  };
  const claim = (workspaceId: string) => addDomain(tools, { workspaceId, host: HOST, status: 'pending' });
  const ready = (workspaceId: string, domainId: string) =>
    changeDomain(tools, { workspaceId, domainId, status: 'ready' });
  const publish = (...values: string[]) =>
    zone.set(
      `_slugline.${HOST}`,
      values.map((value) => [value]),
    );
  return { ...tools, clock, claim, ready, publish };
}

test('claims of several workspaces wait side by side, each with a value of its own', async () => {
  const { claim, workspaces } = open();
  const [first, second] = [await claim('w1'), await claim('w2')];
  expect(first.challenge).not.toBe(second.challenge);
  expect(await workspaces.findHost(HOST)).toBeUndefined();
});

test("the owner's record proves the owner's claim alone", async () => {
  const { claim, ready, publish, workspaces, clock } = open();
  const squatter = await claim('w1');
  const owner = await claim('w2');
  publish(owner.challenge);
  await expect(ready('w1', squatter.domainId)).rejects.toMatchObject({ code: 'domain_not_proven' });
  expect(await ready('w2', owner.domainId)).toEqual({
    ...owner,
    status: 'ready',
    provenAtMs: clock.nowMs,
    lapsesAtMs: null,
  });
  expect(await workspaces.findHost(HOST)).toMatchObject({ workspaceId: 'w2' });
});

test('the first proof takes the host, whoever proves it later', async () => {
  const { claim, ready, publish } = open();
  const [first, second] = [await claim('w1'), await claim('w2')];
  publish(first.challenge, second.challenge);
  await ready('w1', first.domainId);
  await expect(ready('w2', second.domainId)).rejects.toMatchObject({ code: 'conflict' });
  await expect(claim('w3')).rejects.toMatchObject({ code: 'conflict' });
});

test('what is proven once needs no record any more', async () => {
  const { claim, ready, publish, ...tools } = open();
  const { domainId } = await claim('w1');
  publish('challenge-1');
  await ready('w1', domainId);
  publish();
  await changeDomain(tools, { workspaceId: 'w1', domainId, status: 'disabled' });
  expect(await ready('w1', domainId)).toMatchObject({ status: 'ready' });
});

test('a claim that is disabled still needs its proof', async () => {
  const { claim, ready, ...tools } = open();
  const { domainId } = await claim('w1');
  await changeDomain(tools, { workspaceId: 'w1', domainId, status: 'disabled' });
  await expect(ready('w1', domainId)).rejects.toMatchObject({ code: 'domain_not_proven' });
});

test('a refused proof changes nothing, the policy neither', async () => {
  const { claim, ...tools } = open();
  const domain = await claim('w1');
  const change = { status: 'ready', policy: { allowHttp: true } } as const;
  await expect(
    changeDomain(tools, { workspaceId: 'w1', domainId: domain.domainId, ...change }),
  ).rejects.toMatchObject({ code: 'domain_not_proven' });
  expect(await tools.workspaces.findDomain('w1', domain.domainId)).toEqual(domain);
});

test('an unproven claim ends after 30 days, and may be made anew', async () => {
  const { claim, ready, publish, clock } = open();
  const { domainId, challenge } = await claim('w1');
  publish(challenge);
  clock.nowMs += CLAIM_MS;
  await expect(ready('w1', domainId)).rejects.toMatchObject({ code: 'not_found' });
  const again = await claim('w1');
  publish(again.challenge);
  await ready('w1', again.domainId);
  clock.nowMs += 2 * CLAIM_MS;
  expect(await ready('w1', again.domainId)).toMatchObject({ status: 'ready' });
});

test("another workspace's claim is not found", async () => {
  const { claim, ready, publish } = open();
  const { domainId, challenge } = await claim('w1');
  publish(challenge);
  await expect(ready('w2', domainId)).rejects.toMatchObject({ code: 'not_found' });
});
