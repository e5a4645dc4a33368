import type { TableProperties } from '../local/resources/create-tables.ts';

/** The keys of each table; indexes and expiry are not measured. */
export const TABLE_KEYS: TableProperties = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};
