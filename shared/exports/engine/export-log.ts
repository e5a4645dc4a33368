import type { ExportLog } from './export-tools.ts';

type Logger = Record<'info' | 'warn' | 'error', (message: string, fields: Record<string, unknown>) => void>;

/** The export log over a logger that takes fields, such as powertools' Logger. */
export const exportLog = (logger: Logger): ExportLog => ({
  info: (message, details) => logger.info(message, { ...details }),
  warn: (message, details) => logger.warn(message, { ...details }),
  error: (message, details) => logger.error(message, { ...details }),
});
