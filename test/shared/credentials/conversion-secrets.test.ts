import {
  conversionSecrets,
  resealConversionSecrets,
  rotateConversionSecret,
} from '#shared/credentials/conversion-secrets.ts';
import { openSecrets, ROTATION_LEAD_MS, rotateSecret } from '#shared/credentials/secrets.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { openWorkspace } from '#test/support/workspaces.ts';

async function open() {
  const store = memorySecretStore();
  const clock = { nowMs: 0 };
  const { workspaces, workspaceId } = await openWorkspace();
  const tools = { workspaces, secrets: openSecrets(store, () => clock.nowMs) };
  const rotateDeployment = async () => {
    await rotateSecret(store, clock.nowMs, { early: true });
    clock.nowMs += ROTATION_LEAD_MS;
  };
  return { tools, workspaceId, rotateDeployment };
}

describe('conversion secrets', () => {
  test('a workspace has none until one is made', async () => {
    const { tools, workspaceId } = await open();
    expect(await conversionSecrets(tools, workspaceId)).toEqual([]);
  });

  test('an unknown workspace gets none', async () => {
    const { tools } = await open();
    await expect(rotateConversionSecret(tools, 'w9')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('the newest two are live', async () => {
    const { tools, workspaceId } = await open();
    await rotateConversionSecret(tools, workspaceId);
    const second = await rotateConversionSecret(tools, workspaceId);
    const third = await rotateConversionSecret(tools, workspaceId);
    expect(third).toMatch(/^slcs_[\w-]{43}$/);
    expect(await conversionSecrets(tools, workspaceId)).toEqual([third, second]);
  });

  test('the store never sees the text', async () => {
    const { tools, workspaceId } = await open();
    const secret = await rotateConversionSecret(tools, workspaceId);
    const [sealed] = await tools.workspaces.sealedConversionSecrets(workspaceId);
    expect(Buffer.from(sealed!, 'base64url').toString('latin1')).not.toContain(secret.slice(5));
  });

  test('one sealed for a workspace does not open in another', async () => {
    const { tools, workspaceId } = await open();
    await rotateConversionSecret(tools, workspaceId);
    const stolen = await tools.workspaces.sealedConversionSecrets(workspaceId);
    const other = await openWorkspace({ workspaceId: 'w2' });
    await other.workspaces.replaceConversionSecrets('w2', [], stolen);
    await expect(
      conversionSecrets({ workspaces: other.workspaces, secrets: tools.secrets }, 'w2'),
    ).rejects.toThrow('opens with no live key');
  });

  test('they outlive rotations of the deployment secret when they are sealed anew between', async () => {
    const { tools, workspaceId, rotateDeployment } = await open();
    const secret = await rotateConversionSecret(tools, workspaceId);
    for (let n = 0; n < 3; n += 1) {
      await resealConversionSecrets(tools, workspaceId);
      await rotateDeployment();
      expect(await conversionSecrets(tools, workspaceId)).toEqual([secret]);
    }
  });

  test('without that they are lost, and loudly', async () => {
    const { tools, workspaceId, rotateDeployment } = await open();
    await rotateConversionSecret(tools, workspaceId);
    await rotateDeployment();
    await rotateDeployment();
    await expect(conversionSecrets(tools, workspaceId)).rejects.toThrow('opens with no live key');
  });
});
