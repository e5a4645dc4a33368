import { AWS_ENVIRONMENT } from '#bin/local/aws-environment.ts';
import { type Emulators, startEmulators } from '#bin/local/emulators.ts';

declare global {
  var emulators: Emulators | undefined;
}

/** Starts what all test files share; the variables reach them through the workers' environment. */
export default async function setUp(): Promise<void> {
  globalThis.emulators = await startEmulators();
  Object.assign(process.env, AWS_ENVIRONMENT, globalThis.emulators.endpoints);
}
