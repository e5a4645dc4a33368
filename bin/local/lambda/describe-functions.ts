import { basename, join } from 'node:path';
import type { Stack } from '../template/stack.ts';

/** One function of the template, as it is to run here. */
export interface FunctionDescription {
  /** The name on this machine, as ARNs have it. */
  name: string;
  /** The short name: of its log file, and for people. */
  label: string;
  arn: string;
  /** The folder of its bundle. */
  folder: string;
  handler: string;
  /** Exactly the template's variables. */
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
  /** How many may run at once, where the template limits it. */
  reservedConcurrency?: number;
}

interface Properties {
  Code: { S3Key?: string };
  Handler: string;
  Timeout?: number;
  MemorySize?: number;
  ReservedConcurrentExecutions?: number;
  Environment?: { Variables?: Record<string, unknown> };
}

/** Lambda's defaults. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/**
 * All functions of a stack whose code is an asset of the cloud assembly in `outdir`.
 * Functions with their code in the template are CDK's own, for custom resources, and do not run here.
 */
export function describeFunctions(stack: Stack, outdir: string): FunctionDescription[] {
  return stack
    .resources<Properties>('AWS::Lambda::Function')
    .filter(({ properties }) => properties.Code.S3Key)
    .map(({ id, properties }) => {
      const variables = Object.entries(properties.Environment?.Variables ?? {});
      const environment = Object.fromEntries(variables.map(([name, value]) => [name, String(value)]));
      const reserved = properties.ReservedConcurrentExecutions;
      return {
        name: String(stack.attribute(id, 'Ref')),
        label: environment.POWERTOOLS_SERVICE_NAME ?? id,
        arn: String(stack.attribute(id, 'Arn')),
        folder: join(outdir, `asset.${basename(properties.Code.S3Key!, '.zip')}`),
        handler: properties.Handler,
        environment,
        timeoutMs: (properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
        memoryMb: properties.MemorySize ?? DEFAULT_MEMORY_MB,
        ...(reserved !== undefined && { reservedConcurrency: reserved }),
      };
    });
}
