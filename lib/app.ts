import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

// In code instead of cdk.json, so that tests and the local stack see the templates that are deployed.
const FLAGS = {
  ...recommendedFlags,
  // What the service reads cannot be taken out of the data stack while it does.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
};

/**
 * The whole deployment: `SluglineData` keeps, `SluglineService` works. It names no account and no region, so
 * synthesis needs neither credentials nor a network.
 * @param outdir  where the cloud assembly goes; cdk.out unless given
 * @param context  `shortDomains` and `certificateArn` (see lib/edge.ts); `bundles`, a folder of other bundles
 */
export function createApp(outdir?: string, context: Record<string, unknown> = {}): App {
  const app = new App({
    context: { ...FLAGS, ...context },
    analyticsReporting: false,
    ...(outdir === undefined ? {} : { outdir }),
  });
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
