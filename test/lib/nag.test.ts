import { AwsSolutionsChecks } from 'cdk-nag';
import { synthesize } from './synthesized.ts';

test('the AWS Solutions rules find nothing that is not acknowledged with a reason', () => {
  const { app } = synthesize();
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const found = violations.map(({ ruleName, violatingResources }) => ({
    ruleName,
    where: violatingResources.map(({ constructPath }) => constructPath),
  }));
  expect(found).toEqual([]);
});
