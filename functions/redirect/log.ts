/**
 * A log line about a failure: the error's name and message only, since what the SDK hangs on its errors can hold
 * requests, and with them visitors.
 */
export function failureLine(message: string, error: unknown): string {
  const { name, message: reason } = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ level: 'ERROR', service: 'redirect', message, error: { name, message: reason } });
}
