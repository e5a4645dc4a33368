import type { TableProperties } from '../../local/resources/create-tables.ts';

/** The keys of the Jobs table; what the sweeper reads is not measured. */
export const JOBS_KEYS: TableProperties = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};
