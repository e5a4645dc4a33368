/**
 * `npm run judge`: the stores' conformance suites against another endpoint than our emulators, where one is named:
 * AWS itself, or any server that says it is like it. What AWS_ENDPOINT_URL_DYNAMODB, _S3 and _SQS do not name is ours.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const named = ['DYNAMODB', 'S3', 'SQS']
  .map((service) => `AWS_ENDPOINT_URL_${service}`)
  .filter((variable) => process.env[variable]);

if (named.length === 0) {
  console.log(
    'Skipped: there is no judge. Name one with AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL_SQS, ' +
      'such as http://127.0.0.1:5000.',
  );
} else {
  console.log(`Judged by ${named.map((variable) => `${variable}=${process.env[variable]}`).join(', ')}`);
  const jest = spawn('npm', ['run', '--silent', 'jest', '--', 'test/conformance', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, SLUGLINE_JUDGE: '1' },
  });
  const [code] = (await once(jest, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
