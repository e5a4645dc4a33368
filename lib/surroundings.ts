import type { Alarms } from './alarms.ts';
import type { DataStack } from './data-stack.ts';
import type { EdgeSecret } from './edge-secret.ts';
import type { Settings } from './settings.ts';

/** What every noun of the service finds there: the data, the parameters, the alarms, the edge's secret. */
export type Surroundings = {
  data: DataStack;
  settings: Settings;
  alarms: Alarms;
  edgeSecret: EdgeSecret;
};
