import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DataStack } from '#lib/data-stack.ts';
import { TABLES } from './resources.ts';

test('the tables of the tests have the keys, indexes and expiry of the data stack', () => {
  const template = Template.fromStack(new DataStack(new App(), 'Data', {}));
  const described = Object.entries(template.findResources('AWS::DynamoDB::GlobalTable'));
  const tables = described.map(([id, { Properties }]) => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification } = Properties;
    const noun = id.replace(/[0-9A-F]{8}$/, '').toLowerCase();
    const properties = { KeySchema, AttributeDefinitions, TimeToLiveSpecification };
    return [noun, GlobalSecondaryIndexes ? { ...properties, GlobalSecondaryIndexes } : properties];
  });
  expect(Object.fromEntries(tables)).toEqual(TABLES);
});
