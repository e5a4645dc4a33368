import { CfnParameter, type Stack } from 'aws-cdk-lib';

/** What one deployment may differ in from another: stack parameters, as tokens. */
export type Settings = {
  horizonSeconds: string;
  shortOrigin: string;
  sweepRate: string;
  rollUpRate: string;
  allowedOrigins: string;
  sessionIssuer: string;
  sessionJwksUrl: string;
  sessionAudience: string;
  alarmEmail: string;
};

/** Declares the parameters on a stack, under the names that the README and the local stack use. */
export function declareSettings(stack: Stack): Settings {
  const text = (id: string, description: string, initial = '') =>
    new CfnParameter(stack, id, { type: 'String', default: initial, description }).valueAsString;
  return {
    horizonSeconds: horizonSeconds(stack),
    shortOrigin: shortOrigin(stack),
    sweepRate: text('SweepRate', 'How often due jobs are looked for', 'rate(1 minute)'),
    rollUpRate: text('RollUpRate', 'How often open days are rolled up', 'rate(1 minute)'),
    allowedOrigins: allowedOrigins(stack),
    sessionIssuer: text('SessionIssuer', 'Issuer of external session tokens; empty for none'),
    sessionJwksUrl: text('SessionJwksUrl', "Address of the external issuer's public keys; empty for none"),
    sessionAudience: text(
      'SessionAudience',
      'Audience that external session tokens must name; empty for none',
    ),
    alarmEmail: text('AlarmEmail', 'Address that alarms are mailed to; empty for none'),
  };
}

function horizonSeconds(stack: Stack): string {
  return new CfnParameter(stack, 'HorizonSeconds', {
    type: 'Number',
    default: 60,
    minValue: 6,
    maxValue: 600,
    description: 'Seconds that readers of clicks stay behind now, so that nothing appears behind them',
  }).valueAsString;
}

function shortOrigin(stack: Stack): string {
  return new CfnParameter(stack, 'ShortOrigin', {
    type: 'String',
    default: 'https://{domain}',
    allowedPattern: 'https?://\\{domain\\}(:[0-9]+)?',
    constraintDescription: 'a scheme, {domain} and an optional port',
    description: 'How a short URL begins; {domain} is replaced by the domain of the link',
  }).valueAsString;
}

function allowedOrigins(stack: Stack): string {
  const origin = 'https?://[a-z0-9.-]+(:[0-9]+)?';
  return new CfnParameter(stack, 'AllowedOrigins', {
    type: 'String',
    default: '',
    allowedPattern: `(${origin}(,${origin})*)?`,
    constraintDescription: 'origins such as https://app.example.com, with commas between',
    description: 'Origins whose scripts may read the answers of the API in a browser; empty for none',
  }).valueAsString;
}
