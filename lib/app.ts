import { App } from 'aws-cdk-lib';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

/**
 * The whole deployment: `SluglineData` keeps, `SluglineService` works. It names no account and no region, so
 * synthesis needs neither credentials nor a network.
 * @param outdir  where the cloud assembly goes; cdk.out unless given
 * @param context  `shortDomains` and `certificateArn` (see lib/edge.ts); `bundles`, a folder of other bundles
 */
export function createApp(outdir?: string, context: Record<string, unknown> = {}): App {
  const app = new App({ context, analyticsReporting: false, ...(outdir === undefined ? {} : { outdir }) });
  const data = new DataStack(app, 'SluglineData', {
    description: 'Slugline: what is kept (links, clicks, jobs, workspaces, files)',
    terminationProtection: true,
  });
  new ServiceStack(app, 'SluglineService', {
    description: 'Slugline: what works on it (APIs, redirects, queues, workers, alarms)',
    data,
  });
  return app;
}
