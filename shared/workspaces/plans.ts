const DAY_MS = 86_400_000;

/** What a plan includes. `undefined` means without limit. */
export type Plan = {
  /** How long recorded clicks are kept: days or calendar months. */
  retention: { days: number } | { months: number };
  linksAMonth: number | undefined;
  runningExports: number;
  waitingExports: number;
  presets: number;
  passwordsAndRules: boolean;
  bulkQr: boolean;
  qrApi: boolean;
  ulinkExport: boolean;
  eventRequestsAMinute: number;
  exportRequestsAMinute: number;
};

/** The plans of the contract, section 2. A workspace that nobody set otherwise is `enterprise`. */
export const PLANS = {
  free: {
    retention: { days: 7 },
    linksAMonth: 50,
    runningExports: 1,
    waitingExports: 2,
    presets: 1,
    passwordsAndRules: false,
    bulkQr: false,
    qrApi: false,
    ulinkExport: false,
    eventRequestsAMinute: 30,
    exportRequestsAMinute: 5,
  },
  starter: {
    retention: { days: 14 },
    linksAMonth: 1_000,
    runningExports: 1,
    waitingExports: 5,
    presets: 3,
    passwordsAndRules: false,
    bulkQr: false,
    qrApi: false,
    ulinkExport: true,
    eventRequestsAMinute: 30,
    exportRequestsAMinute: 5,
  },
  plus: {
    retention: { days: 60 },
    linksAMonth: 5_000,
    runningExports: 1,
    waitingExports: 10,
    presets: 5,
    passwordsAndRules: true,
    bulkQr: false,
    qrApi: false,
    ulinkExport: true,
    eventRequestsAMinute: 30,
    exportRequestsAMinute: 5,
  },
  growth: {
    retention: { months: 4 },
    linksAMonth: 25_000,
    runningExports: 2,
    waitingExports: 20,
    presets: 10,
    passwordsAndRules: true,
    bulkQr: true,
    qrApi: false,
    ulinkExport: true,
    eventRequestsAMinute: 60,
    exportRequestsAMinute: 10,
  },
  professional: {
    retention: { months: 9 },
    linksAMonth: 100_000,
    runningExports: 2,
    waitingExports: 20,
    presets: 50,
    passwordsAndRules: true,
    bulkQr: true,
    qrApi: true,
    ulinkExport: true,
    eventRequestsAMinute: 60,
    exportRequestsAMinute: 10,
  },
  enterprise: {
    retention: { months: 18 },
    linksAMonth: undefined,
    runningExports: 2,
    waitingExports: 20,
    presets: 500,
    passwordsAndRules: true,
    bulkQr: true,
    qrApi: true,
    ulinkExport: true,
    eventRequestsAMinute: 30,
    exportRequestsAMinute: 5,
  },
} as const satisfies Record<string, Plan>;

export type PlanName = keyof typeof PLANS;

/**
 * The instant before which a plan's clicks are no longer shown, in ms: retention counted back from `nowMs`.
 * Months are calendar months; a day that the month lacks becomes its last day.
 */
export function retainedSinceMs(plan: Plan, nowMs: number): number {
  if ('days' in plan.retention) return nowMs - plan.retention.days * DAY_MS;
  return addMonths(nowMs, -plan.retention.months);
}

/** When a click made at `atMs` may be deleted, in seconds since the epoch: DynamoDB's TTL unit. */
export function clickTtlSeconds(plan: Plan, atMs: number): number {
  const endMs =
    'days' in plan.retention ? atMs + plan.retention.days * DAY_MS : addMonths(atMs, plan.retention.months);
  // A day more than shown: reads filter by retention exactly, so deletion may not come first.
  return Math.ceil((endMs + DAY_MS) / 1000);
}

function addMonths(ms: number, months: number): number {
  const from = new Date(ms);
  const to = new Date(ms);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return to.getTime();
}
