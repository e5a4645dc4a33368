/** The functions, by the name in their log lines and metrics. */
export type FunctionName =
  | 'api'
  | 'qr'
  | 'stream'
  | 'redirect'
  | 'clicks'
  | 'exports'
  | 'roll-ups'
  | 'dead-letters'
  | 'sweep'
  | 'schedule-roll-ups';

export type QueueName = 'clicks' | 'exports' | 'roll-ups';

/** What an alarm means for people, where to look first, and what to do. */
type Entry = { means: string; look: string; act: string };

const ERRORS_LOOK = 'The log of the function, lines of level ERROR, then its duration and memory.';

/** One entry per alarm; the descriptions of the alarms and the README's runbook are made from it. */
export const RUNBOOK = {
  'api-errors': {
    means: 'Calls to the API fail: links cannot be managed and exports cannot be asked for or fetched.',
    look: ERRORS_LOOK,
    act: 'A missing variable or a bad bundle: deploy the last good version. Timeouts: see what DynamoDB or S3 reports.',
  },
  'qr-errors': {
    means: 'QR codes cannot be drawn one by one; presets, archives and scans go on.',
    look: ERRORS_LOOK,
    act: 'A missing file beside the bundle or a bad bundle: deploy the last good version. Memory: codes of 2,048 pixels with logos need the most.',
  },
  'stream-errors': {
    means: 'The streamed file of click events breaks off; the paged endpoints still answer.',
    look: ERRORS_LOOK,
    act: 'A broken file never ends cleanly, so callers know. Timeouts at 300 s: ask the caller for shorter ranges.',
  },
  'redirect-errors': {
    means:
      'Visitors of short links get an error instead of their destination, and their clicks are not recorded.',
    look: ERRORS_LOOK,
    act: 'Deploy the last good version at once; look for the cause afterwards.',
  },
  'clicks-errors': {
    means: 'Clicks stay in their queue instead of being recorded; none is lost for 14 days.',
    look: 'The log of the function: a crash or a timeout. Single clicks that fail are warnings, and stay in the queue.',
    act: 'Mend and deploy; the queue then empties itself. Clicks recorded late are marked late.',
  },
  'exports-errors': {
    means: 'Export files are late; the sweeper has crashed steps started again.',
    look: `${ERRORS_LOOK} The lines carry the job's id.`,
    act: 'One job over and over: cancel it, keep its spec, mend. All jobs: deploy the last good version.',
  },
  'roll-ups-errors': {
    means: 'Totals and daily figures of links fall behind; clicks themselves are safe.',
    look: ERRORS_LOOK,
    act: 'Mend and deploy; a roll-up goes on where its cursor stands and catches up.',
  },
  'dead-letters-errors': {
    means: 'Messages that failed everywhere else are not looked after; they stay for 14 days.',
    look: ERRORS_LOOK,
    act: 'Mend and deploy before the oldest dead letter is 14 days old.',
  },
  'sweep-errors': {
    means: 'Crashed exports are not started again, waiting ones are not admitted, expired files stay.',
    look: ERRORS_LOOK,
    act: 'Mend and deploy; the next run takes up everything that is due.',
  },
  'schedule-roll-ups-errors': {
    means:
      'No roll-ups are started, so that totals and daily figures of links stand still; or nobody knows how far some are behind.',
    look: ERRORS_LOOK,
    act: 'Mend and deploy; the next run starts every workspace with open days.',
  },
  'clicks-queue-age': {
    means: 'Clicks have waited more than ten minutes to be recorded; analytics and exports lag behind.',
    look: 'The warnings "a click stays in the queue" in the log of clicks, clock-skew, throttled writes of the Clicks table, the Lambda concurrency of the account.',
    act: 'Take away what holds the worker up; the queue then empties itself. Raise the concurrency limit if it is reached.',
  },
  'exports-queue-age': {
    means: 'Steps of exports have waited more than half an hour for a worker.',
    look: 'exports-errors, the number of exports running, the Lambda concurrency of the account.',
    act: 'Many large exports at once: wait. Else raise the concurrency of the worker (lib/exports.ts) and deploy.',
  },
  'roll-ups-queue-age': {
    means: 'Roll-ups have waited more than half an hour; totals and daily figures lag behind.',
    look: 'roll-ups-errors and roll-up-lag, throttled writes of the Clicks table.',
    act: 'Take away what holds the worker up; one run per workspace is enough to catch up.',
  },
  'clicks-dead-letters': {
    means: 'Clicks could not be recorded in ten deliveries; they are tried on, out of the dead-letter queue.',
    look: 'The lines "dead letter kept" in the log of dead-letters say why.',
    act: 'Mend what they say. A click that still cannot be recorded stays in the dead-letter queue, for 14 days.',
  },
  'exports-dead-letters': {
    means: 'A step of an export failed in five deliveries; the sweeper starts it again.',
    look: '"dead letter of an export" in the log of dead-letters names the job; the log of exports has its errors.',
    act: 'Mend and deploy. The job goes on by itself, or ends as failed (stalled); then regenerate it.',
  },
  'roll-ups-dead-letters': {
    means: 'The roll-up of a workspace failed in three deliveries.',
    look: '"a roll-up failed" in the log of roll-ups.',
    act: 'Mend and deploy; the schedule asks for the workspace again within a minute.',
  },
  'sweep-silent': {
    means: 'The sweeper has not run for ten minutes: crashed exports stay where they are.',
    look: 'The state of the rule in EventBridge, and whether SweepRate is a rate that EventBridge accepts.',
    act: 'Enable the rule, or deploy with a right SweepRate.',
  },
  'schedule-roll-ups-silent': {
    means: 'No roll-ups have been started for ten minutes.',
    look: 'The state of the rule in EventBridge, and whether RollUpRate is a rate that EventBridge accepts.',
    act: 'Enable the rule, or deploy with a right RollUpRate.',
  },
  'api-5xx': {
    means: 'Callers of the API got five or more 5xx answers within five minutes.',
    look: 'The access log for status and integration error, then the log of api with the same request id.',
    act: 'Throttled by Lambda: ask for a higher concurrency limit of the account. Accidents: as for api-errors.',
  },
  'redirect-5xx': {
    means: 'Visitors of short links got five or more 5xx answers within five minutes.',
    look: 'The access log for status and integration error; the health of DynamoDB and SQS in the region.',
    act: 'With the Links table down 503 is right for slugs not seen before. Else: as for redirect-errors.',
  },
  'stuck-jobs': {
    means: 'Steps of exports have been rung for a quarter of an hour, and no worker takes them.',
    look: 'exports-errors and exports-queue-age; "export step" in the log of exports says what becomes of each message.',
    act: 'Take away what holds the workers up; the sweeper rings on. Steps that are claimed eight times without progress end as failed (stalled): regenerate those jobs.',
  },
  'roll-up-lag': {
    means: 'Totals and daily figures of a workspace are more than fifteen minutes behind its clicks.',
    look: '"a roll-up is behind" in the log of schedule-roll-ups names the workspace and its lag, whether its runs end or fail; "a roll-up failed" in the log of roll-ups says why; roll-ups-errors, roll-ups-queue-age, clock-skew.',
    act: 'Take away what holds the roll-up up; it goes on where its cursor stands.',
  },
  'roll-up-drift': {
    means:
      'The roll-ups of a finished day differed from a recount of its clicks. They have been put right; exports of clicks were right all along.',
    look: '"a roll-up differs from its recount" in the log of roll-ups names workspace, day and what was missing; "counted again" says whether it is repaired.',
    act: 'Not repaired: `npm run admin -- recount <workspace> --repair`. Keep the lines: a fold went wrong, and that is a fault.',
  },
  'clock-skew': {
    means: "A function refused to work because its clock is too far from DynamoDB's; messages are kept.",
    look: '"a click stays in the queue" or "a roll-up failed", with ClockSkewError, in the logs of clicks and roll-ups.',
    act: 'One instance: it passes when Lambda replaces it. All of them: look at the health page of AWS. The bound is not to be raised.',
  },
  'journal-lines': {
    means: 'Clicks were written to the log of redirect only, because SQS and DynamoDB both refused them.',
    look: 'The health of SQS and DynamoDB in the region; the journal lines in the log of redirect.',
    act: 'When both are well again, save the lines and run `npm run admin -- replay <file>`; it passes over other lines, and over clicks that are there already.',
  },
} as const satisfies Record<string, Entry>;

export type AlarmId = keyof typeof RUNBOOK;

/** The sentence about a function's failure that its description and its alarm share. */
export const errorImpactOf = (name: FunctionName): string => RUNBOOK[`${name}-errors`].means;

/** What an alarm says to whoever is woken by it. */
export function describeAlarm(id: AlarmId): string {
  const { means, look, act } = RUNBOOK[id];
  return `${means} Look first: ${look} Then: ${act}`;
}

/** The runbook as a Markdown table, for the README. */
export function runbookMarkdown(): string {
  const rows = Object.entries(RUNBOOK).map(
    ([id, { means, look, act }]) => `| \`${id}\` | ${means} | ${look} | ${act} |`,
  );
  return ['| alarm | what it means | where to look first | what to do |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}
