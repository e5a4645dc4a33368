import { AWS_ENVIRONMENT } from '../aws-environment.ts';
import type { FunctionDescription } from './describe-functions.ts';

/**
 * The variables that the runtime sets for every function.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const runtimeVariables = (
  description: FunctionDescription,
  { runtimeApi, logStream }: { runtimeApi: string; logStream: string },
) => ({
  ...AWS_ENVIRONMENT,
  // Credentials of its own, as each function has on AWS: who asks can be told by the key id.
  AWS_ACCESS_KEY_ID: description.label,
  AWS_SESSION_TOKEN: 'local',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: description.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(description.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${description.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  LAMBDA_TASK_ROOT: description.folder,
  _HANDLER: description.handler,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  PATH: process.env.PATH ?? '',
});
