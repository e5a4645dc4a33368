import { createKey } from '#shared/credentials/api-key.ts';
import { ensureWorkspace } from '#shared/credentials/bootstrap.dynamodb.ts';
import { conversionSecrets, rotateConversionSecret } from '#shared/credentials/conversion-secrets.ts';
import { DEFAULT_SCOPES } from '#shared/workspaces/workspace.ts';
import { type Admin, command } from './command.ts';

export const bootstrapCommand = command({
  args: [],
  options: { name: { type: 'string', value: '<name>', help: 'of the workspace; "Main" unless given' } },
  summary:
    'Makes the first workspace, its short domain, key and conversion secret; again, it changes nothing.',
  run: async (_args, { name = 'Main' }, admin) => {
    const { ApiUrl, ShortUrl, ShortDomain: host } = admin.deployment.outputs;
    const { workspaceId, domainId } = await ensureWorkspace(admin.workspaces, {
      host,
      workspaceName: name,
      now: admin.now,
    });
    const lines = { API: ApiUrl, 'Short domain': ShortUrl, Workspace: workspaceId, Domain: domainId };
    for (const [what, value] of Object.entries(lines)) admin.print(`${what.padEnd(18)} ${value}`);
    await printFirstKey(admin, workspaceId);
    await printFirstConversionSecret(admin, workspaceId);
  },
});

async function printFirstKey(admin: Admin, workspaceId: string): Promise<void> {
  const keys = await admin.workspaces.keys(workspaceId);
  if (keys.length > 0) {
    admin.print('API key            made before; another one: key create <workspace>');
    return;
  }
  const { text } = await createKey(admin.workspaces, {
    workspaceId,
    scopes: DEFAULT_SCOPES,
    nowMs: admin.now(),
  });
  admin.print(`API key            ${text}   (shown this once: keep it)`);
}

async function printFirstConversionSecret(admin: Admin, workspaceId: string): Promise<void> {
  if ((await conversionSecrets(admin, workspaceId)).length > 0) {
    admin.print('Conversion secret  made before; a new one: secret rotate --workspace <workspace>');
    return;
  }
  const secret = await rotateConversionSecret(admin, workspaceId);
  admin.print(`Conversion secret  ${secret}   (shown this once: keep it)`);
}
