import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * What the edge adds to each request and the functions compare: only with it are host, address and geo headers
 * believed. CloudFormation reads it while deploying; neither template nor repository holds it.
 * Another value of the context `edgeSecretGeneration` makes a new one, in distributions and functions at once.
 */
export class EdgeSecret extends Construct {
  /** A reference that CloudFormation resolves; never the secret itself. */
  readonly value: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const generation: string | number = this.node.tryGetContext('edgeSecretGeneration') ?? 1;
    const secret = new Secret(this, `Generation${generation}`, {
      description: 'Shared by the CloudFront distributions of Slugline and the functions behind them',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A rotation has to reach distributions and functions together: it is a deployment with a new generation.',
    });
    this.value = secret.secretValue.unsafeUnwrap();
  }
}
