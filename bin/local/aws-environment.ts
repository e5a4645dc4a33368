/** What stands for the account and its credentials; no emulator looks at them. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';

/** The variables that let any AWS SDK client work against the emulators. */
export const AWS_ENVIRONMENT = {
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const;
