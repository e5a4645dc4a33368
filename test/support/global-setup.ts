import { AWS_ENVIRONMENT } from '#bin/local/aws-environment.ts';
import { type Emulators, startEmulators } from '#bin/local/emulators.ts';

declare global {
  var emulators: Emulators | undefined;
}

/** Starts what all test files share; the variables reach them through the workers' environment. */
export default async function setUp(): Promise<void> {
  // Only who asks for a judge gets one: a variable that happens to be set must not lead a test run to another place.
  const elsewhere = process.env.SLUGLINE_JUDGE ? process.env : {};
  globalThis.emulators = await startEmulators({ elsewhere });
  Object.assign(process.env, AWS_ENVIRONMENT, globalThis.emulators.endpoints);
}
