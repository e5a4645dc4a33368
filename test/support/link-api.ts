import { bootstrapWorkspace, type Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openApi } from './api.ts';
import { openDatabase } from './aws-clients.ts';

/** The API with workspaces of their own, called as JSON clients do. */
export async function openLinkApi() {
  const api = await openApi();
  const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  let hosts = 0;

  /** A workspace with a key and one domain that is ready. */
  const open = async (): Promise<Credentials & { host: string }> => {
    hosts += 1;
    const host = `links${hosts}.example.com`;
    const credentials = await bootstrapWorkspace({
      database: openDatabase(),
      table: api.tables.workspaces,
      now: Date.now,
      host,
      workspaceName: host,
    });
    return { ...credentials, host };
  };

  const callAs = (apiKey: string) => async (method: string, path: string, body?: unknown) => {
    const [pathname, query = ''] = path.split('?');
    const answer = await api.call({
      method,
      path: pathname!,
      query,
      headers: { authorization: `Bearer ${apiKey}` },
      ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    });
    return { ...answer, json: JSON.parse(answer.text) };
  };

  return { ...api, workspaces, open, callAs };
}

const isRaw = (body: unknown): body is string | Buffer => typeof body === 'string' || Buffer.isBuffer(body);
