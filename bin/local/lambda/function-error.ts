/** What an invocation ends with when the function threw, crashed or ran out of time. */
export class FunctionError extends Error {
  /** As Lambda names it: the exception's name, `Sandbox.Timedout`, `Runtime.ExitError`, … */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.name = 'FunctionError';
    this.errorType = errorType;
  }
}

/** Whether the process of an invocation is gone, so that nobody works on its event any more. */
export const hasCrashed = (error: unknown): boolean =>
  error instanceof FunctionError && ['Runtime.ExitError', 'Sandbox.Timedout'].includes(error.errorType);

/** Reads the body that a runtime reports an error with. */
export function parseFunctionError(body: string): FunctionError {
  const { errorType, errorMessage } = JSON.parse(body) as { errorType?: string; errorMessage?: string };
  return new FunctionError(errorType ?? 'Unhandled', errorMessage ?? '');
}
