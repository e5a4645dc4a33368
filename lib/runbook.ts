/** The functions, by the name in their log lines and metrics. */
export type FunctionName =
  | 'api'
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
    look: ERRORS_LOOK,
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
    means: 'No roll-ups are started: totals and daily figures of links stand still.',
    look: ERRORS_LOOK,
    act: 'Mend and deploy; the next run starts every workspace with open days.',
  },
  'clicks-queue-age': {
    means: 'Clicks have waited more than ten minutes to be recorded; analytics and exports lag behind.',
    look: 'clicks-errors and clock-skew, throttled writes of the Clicks table, the account’s Lambda concurrency.',
    act: 'Take away what holds the worker up; the queue then empties itself. Raise the concurrency limit if it is reached.',
  },
  'exports-queue-age': {
    means: 'Steps of exports have waited more than half an hour for a worker.',
    look: 'exports-errors, the number of exports running, the account’s Lambda concurrency.',
    act: 'Many large exports at once: wait. Else raise the concurrency of the worker (lib/exports.ts) and deploy.',
  },
  'roll-ups-queue-age': {
    means: 'Roll-ups have waited more than half an hour; totals and daily figures lag behind.',
    look: 'roll-ups-errors and roll-up-lag, throttled writes of the Clicks table.',
    act: 'Take away what holds the worker up; one run per workspace is enough to catch up.',
  },
  'clicks-dead-letters': {
    means: 'Clicks could not be recorded in ten deliveries.',
    look: 'The log of dead-letters: each line names the click and why it failed.',
    act: 'Mend what the log says. While the cause lasts the message stays in the dead-letter queue, for 14 days.',
  },
  'exports-dead-letters': {
    means: 'A step of an export failed five times.',
    look: 'The log of dead-letters names the job; the log of exports has the errors of that job.',
    act: 'Mend and deploy, then regenerate the job. The message is only a doorbell: the sweeper rings again.',
  },
  'roll-ups-dead-letters': {
    means: 'The roll-up of a workspace failed three times.',
    look: 'The log of dead-letters names the workspace; the log of roll-ups has the errors.',
    act: 'Mend and deploy; the schedule starts the workspace again.',
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
    act: 'Throttling: wait or raise the limit (lib/product-api.ts). Accidents: as for api-errors.',
  },
  'redirect-5xx': {
    means: 'Visitors of short links got five or more 5xx answers within five minutes.',
    look: 'The access log for status and integration error; the health of DynamoDB and SQS in the region.',
    act: 'With the Links table down 503 is right for slugs not seen before. Else: as for redirect-errors.',
  },
  'stuck-jobs': {
    means: 'An export makes no progress although it is rung again.',
    look: 'The log of sweep names the jobs; the log of exports has their errors.',
    act: 'Nothing at first: after eight claims without progress it ends as failed (stalled). Then mend and regenerate it.',
  },
  'roll-up-lag': {
    means: 'Totals and daily figures of a workspace are more than fifteen minutes behind its clicks.',
    look: 'roll-ups-errors, roll-ups-queue-age, clock-skew.',
    act: 'Take away what holds the roll-up up; it goes on where its cursor stands.',
  },
  'roll-up-drift': {
    means: 'A recount of clicks differs from the roll-ups: some total is wrong.',
    look: 'The log line of the recount names workspace, link, day and both counts.',
    act: 'Trust the recount: exports read the clicks themselves. Keep the line and find the fold that differs.',
  },
  'clock-skew': {
    means: 'A function refused to work because its clock is too far from DynamoDB’s; messages are kept.',
    look: 'The log lines of the refusals: which function, and by how much.',
    act: 'One instance: it passes when Lambda replaces it. All of them: look at AWS’s health page, do not raise the bound.',
  },
  'journal-lines': {
    means: 'Clicks were written to the log of redirect only, because SQS and DynamoDB both refused them.',
    look: 'The health of SQS and DynamoDB in the region; the journal lines in the log of redirect.',
    act: 'When both are well again, replay the lines, within the retention of the log and of the clicks.',
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
