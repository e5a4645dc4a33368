import { resealConversionSecrets, rotateConversionSecret } from '#shared/credentials/conversion-secrets.ts';
import { rotateSecret } from '#shared/credentials/secrets.ts';
import { type Admin, type Command, command } from './command.ts';
import { workspaceById } from './find.ts';

export const secretCommands: Record<string, Command> = {
  'secret rotate': command({
    args: [],
    options: {
      workspace: {
        type: 'string',
        value: '<workspace>',
        help: 'its conversion secret, printed this once; the one before stays valid until the next rotation',
      },
      early: {
        type: 'boolean',
        help: 'within 7 days of the last rotation: sessions, cursors and download links of before then end',
      },
    },
    summary: 'Renews the secret that every key of the deployment is derived from, or a conversion secret.',
    run: async (_args, { workspace, early = false }, admin) => {
      if (workspace === undefined) return rotateDeployment(admin, early);
      await workspaceById(admin, workspace);
      admin.print(await rotateConversionSecret(admin, workspace));
    },
  }),
};

async function rotateDeployment(admin: Admin, early: boolean): Promise<void> {
  // First, because the rotation drops the older of the two keys that they may be sealed with.
  for (const workspaceId of await admin.workspaces.all()) await resealConversionSecrets(admin, workspaceId);
  const { version, signsFromMs } = await rotateSecret(admin.secretStore, admin.now(), { early });
  admin.print(
    `Version ${version} signs from ${new Date(signsFromMs).toISOString()}; the one before stays valid.`,
  );
}
