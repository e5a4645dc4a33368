import { ACCOUNT_ID, REGION } from '../aws-environment.ts';
import type { Attributes } from './stack.ts';
import type { Resource } from './template.ts';

/** Names under which things of one stack exist on this machine. */
export interface Naming {
  stack: string;
  /** The endpoint of SQS: a queue's Ref is its URL. */
  sqsEndpoint: string;
}

interface Named extends Naming {
  id: string;
  properties: Record<string, unknown>;
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;

/** The name of a table, queue or function: stable as long as its logical id is. */
export const localName = (stack: string, id: string): string => `${stack}-${id}`;

const tableAttributes = ({ stack, id }: Named) => {
  const name = localName(stack, id);
  return { Ref: name, Arn: arn('dynamodb', `table/${name}`) };
};

const queueAttributes = ({ stack, id, sqsEndpoint }: Named) => {
  const QueueName = localName(stack, id);
  const Ref = `${sqsEndpoint}/${ACCOUNT_ID}/${QueueName}`;
  return { Ref, QueueUrl: Ref, QueueName, Arn: arn('sqs', QueueName) };
};

const bucketAttributes = ({ stack, id }: Named) => {
  const name = localName(stack, id).toLowerCase();
  const host = `${name}.s3.${REGION}.amazonaws.com`;
  return { Ref: name, Arn: `arn:aws:s3:::${name}`, DomainName: host, RegionalDomainName: host };
};

const functionAttributes = ({ stack, id }: Named) => {
  const name = localName(stack, id);
  return { Ref: name, Arn: arn('lambda', `function:${name}`) };
};

/** AWS makes up such ids in lower case, and host names begin with them. */
const apiAttributes = ({ id }: Named) => ({
  Ref: id.toLowerCase(),
  ApiId: id.toLowerCase(),
  ApiEndpoint: `https://${id.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
});

const functionUrlAttributes = ({ id, properties }: Named) => ({
  Ref: id,
  FunctionArn: String(properties.TargetFunctionArn),
  FunctionUrl: `https://${id.toLowerCase()}.lambda-url.${REGION}.on.aws/`,
});

const distributionAttributes = ({ id }: Named) => ({
  Ref: id,
  Id: id,
  DomainName: `${id.toLowerCase()}.cloudfront.net`,
});

const cloudFrontFunctionAttributes = ({ id }: Named) => {
  const FunctionARN = `arn:aws:cloudfront::${ACCOUNT_ID}:function/${id}`;
  return { Ref: FunctionARN, FunctionARN };
};

const secretAttributes = ({ stack, id }: Named) => {
  const Ref = arn('secretsmanager', `secret:${localName(stack, id)}`);
  return { Ref, Id: Ref };
};

const idOnly = ({ id }: Named) => ({ Ref: id, Id: id });

const BY_TYPE: Record<string, (named: Named) => Attributes> = {
  'AWS::DynamoDB::GlobalTable': tableAttributes,
  'AWS::DynamoDB::Table': tableAttributes,
  'AWS::SQS::Queue': queueAttributes,
  'AWS::S3::Bucket': bucketAttributes,
  'AWS::Lambda::Function': functionAttributes,
  'AWS::Lambda::Url': functionUrlAttributes,
  'AWS::ApiGatewayV2::Api': apiAttributes,
  'AWS::ApiGatewayV2::Integration': idOnly,
  'AWS::CloudFront::Distribution': distributionAttributes,
  'AWS::CloudFront::Function': cloudFrontFunctionAttributes,
  'AWS::CloudFront::CachePolicy': idOnly,
  'AWS::CloudFront::OriginRequestPolicy': idOnly,
  'AWS::CloudFront::ResponseHeadersPolicy': idOnly,
  'AWS::CloudFront::OriginAccessControl': idOnly,
  'AWS::SecretsManager::Secret': secretAttributes,
  'AWS::IAM::Role': ({ stack, id }) => ({ Ref: id, Arn: arn('iam', `role/${localName(stack, id)}`) }),
  'AWS::Logs::LogGroup': ({ stack, id }) => ({
    Ref: id,
    Arn: arn('logs', `log-group:${localName(stack, id)}`),
  }),
};

/** Ref and attributes of a resource on this machine; undefined for types that nothing here refers to. */
export const attributesOf = (naming: Naming, id: string, { Type, Properties = {} }: Resource) =>
  BY_TYPE[Type]?.({ ...naming, id, properties: Properties });
