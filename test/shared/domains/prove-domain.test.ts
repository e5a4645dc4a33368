import { type ProofTools, proveDomain, servedHosts } from '#shared/domains/prove-domain.ts';
import { exampleDomain } from '#test/support/workspaces.ts';

const claim = exampleDomain({
  workspaceId: 'w1',
  domain: 'go.example.com',
  status: 'pending',
  challenge: 'wanted-value',
  provenAtMs: null,
});

/** A name server that has these records, or fails with a code of node:dns. */
const tools = (records: string[][] | string, given: Partial<ProofTools> = {}) => {
  const asked: string[] = [];
  const resolveTxt = async (name: string) => {
    asked.push(name);
    if (typeof records === 'string') throw Object.assign(new Error(records), { code: records });
    return records;
  };
  return { asked, resolveTxt, serves: () => true, laptop: false, ...given };
};

test.each([
  ['the value alone', [['wanted-value']]],
  ['the value beside others', [['v=spf1 -all'], ['wanted-value']]],
  ['the value in pieces', [['wanted', '-value']]],
])('a record with %s proves a claim', async (_name, records) => {
  const given = tools(records);
  await proveDomain(claim, given);
  expect(given.asked).toEqual(['_slugline.go.example.com']);
});

test.each<[string, string[][] | string, string[]]>([
  ['no such name', 'ENOTFOUND', []],
  ['no TXT record', 'ENODATA', []],
  ['a name too long for DNS', 'EBADNAME', []],
  ['no record at all', [], []],
  ['the value of another claim', [['other-value']], ['other-value']],
  ['the value and more', [['wanted-value ']], ['wanted-value ']],
  ['the value in capitals', [['WANTED-VALUE']], ['WANTED-VALUE']],
])('%s proves nothing, and the refusal says what was found', async (_name, records, found) => {
  await expect(proveDomain(claim, tools(records))).rejects.toMatchObject({
    code: 'domain_not_proven',
    status: 409,
    message: expect.stringContaining(found.length === 0 ? 'has no TXT record' : JSON.stringify(found[0])),
    details: { found, wanted: 'wanted-value' },
  });
});

test('of a zone full of records the refusal shows a few, cut', async () => {
  const records = Array.from({ length: 900 }, (_, n) => [`${n}`, 'x'.repeat(5_000)]);
  const refused = await proveDomain(claim, tools(records)).catch((problem) => problem);
  expect(refused.details.found).toHaveLength(5);
  expect(refused.message).toContain('and 895 more');
  expect(refused.message.length).toBeLessThan(1_000);
});

test.each(['ETIMEOUT', 'ESERVFAIL', 'ECONNREFUSED'])(
  'a name server that fails with %s is no answer',
  async (code) => {
    await expect(proveDomain(claim, tools(code))).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 5,
    });
  },
);

test('a host that the deployment does not serve is not ready, though it is proven', async () => {
  const serves = (host: string) => host !== 'go.example.com';
  await expect(proveDomain(claim, tools([['wanted-value']], { serves }))).rejects.toMatchObject({
    code: 'domain_not_served',
    status: 409,
  });
});

describe('hosts of the own machine', () => {
  test.each(['localhost', 'go.localhost'])('%s needs no proof on a laptop', async (domain) => {
    const given = tools('ENOTFOUND', { laptop: true });
    await proveDomain({ ...claim, domain }, given);
    expect(given.asked).toEqual([]);
  });

  test.each<[string, boolean]>([
    ['localhost', false],
    ['localhost.example.com', true],
    ['go.example.com', true],
  ])('%s needs one (laptop: %s)', async (domain, laptop) => {
    const proving = proveDomain({ ...claim, domain }, tools('ENOTFOUND', { laptop }));
    await expect(proving).rejects.toMatchObject({ code: 'domain_not_proven' });
  });
});

const named = servedHosts('go.example.com, *.Links.example.org');

test.each(['go.example.com', 'a.links.example.org'])('%s is served', (host) => {
  expect(named(host)).toBe(true);
});

test.each(['example.com', 'a.go.example.com', 'links.example.org', 'a.b.links.example.org', '*', 'com'])(
  '%s is not',
  (host) => {
    expect(named(host)).toBe(false);
  },
);

test('a deployment without names of its own serves none of them', () => {
  expect(servedHosts('')('go.example.com')).toBe(false);
});
