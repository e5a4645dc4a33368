import { openSecrets, type Secrets } from '#shared/credentials/secrets.ts';
import { lastingSecrets } from '#shared/redirects/lasting-secrets.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';

function openOutage() {
  const outage = { fail: async () => {} };
  const working = openSecrets(memorySecretStore(), () => 0);
  const secrets: Secrets = {
    derive: async (purpose) => {
      await outage.fail();
      return working.derive(purpose);
    },
  };
  return { outage, lasting: lastingSecrets(secrets, { knownMs: 20, unknownMs: 40 }), working };
}

const down = () => Promise.reject(new Error('the table is down'));

test('a purpose that was never derived has no keys in an outage', async () => {
  const { outage, lasting } = openOutage();
  await lasting.derive('known');
  outage.fail = down;
  await expect(lasting.derive('unknown')).rejects.toThrow('down');
});

test('without keys a table that hangs is given up later', async () => {
  const { outage, lasting } = openOutage();
  outage.fail = () => new Promise<void>(() => {});
  await expect(lasting.derive('unknown')).rejects.toThrow('within 40 ms');
});

test.each([
  ['down', down],
  ['hanging', () => new Promise<void>(() => {})],
])('with the table %s a purpose keeps its keys', async (_, fail) => {
  const { outage, lasting, working } = openOutage();
  await lasting.derive('known');
  outage.fail = fail;
  expect(await lasting.derive('known')).toEqual(await working.derive('known'));
});
