import { Server } from 'node:net';
import { startFauxqs } from 'fauxqs';
import { childOptions, endWithParent, reportPort } from './child.ts';
import { listUploads } from './list-uploads.ts';
import { checkWholeObjects, mendRedrive, mendVisibility } from './mend-fauxqs.ts';
import { releaseHeldMessages } from './release-held-messages.ts';

listenOnLoopbackOnly();
mendVisibility();
mendRedrive();
checkWholeObjects();
listUploads();
const { dataDir, s3StorageDir } = childOptions<{ dataDir?: string; s3StorageDir?: string }>();
if (dataDir) releaseHeldMessages(dataDir);
const server = await startFauxqs({
  port: 0,
  logger: false,
  defaultRegion: 'us-east-1',
  ...(dataDir && { dataDir }),
  ...(s3StorageDir && { s3StorageDir }),
});
endWithParent(() => server.stop());
reportPort(server.port);

/** fauxqs asks for every interface and has no option for it. */
function listenOnLoopbackOnly(): void {
  const listen = Server.prototype.listen;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [first, ...rest] = args;
    const options = typeof first === 'object' && first !== null ? { ...first, host: '127.0.0.1' } : first;
    return Reflect.apply(listen, this, [options, ...rest]) as Server;
  } as typeof listen;
}
