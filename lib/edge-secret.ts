import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ServiceFunction } from './function.ts';

/**
 * What the edge adds to each request and the functions compare: only with it are host, address and geo headers
 * believed. CloudFormation reads it while deploying; neither template nor repository holds it.
 *
 * The next number in the context `edgeSecretGeneration` begins a rotation: the distributions send a new secret, and
 * the functions take the one before as well, since CloudFront needs minutes to tell all its locations. The same number
 * in `edgeSecretRotated` ends it.
 */
export class EdgeSecret extends Construct {
  /** What the distributions send: a reference that CloudFormation resolves; never the secret itself. */
  readonly value: string;
  /** What they sent before, during a rotation; empty at other times. */
  private readonly previous: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const generation = String(this.node.tryGetContext('edgeSecretGeneration') ?? 1);
    const isOver = String(this.node.tryGetContext('edgeSecretRotated') ?? 1) === generation;
    if (!isOver && !/^[1-9]\d{0,8}$/.test(generation)) {
      throw new Error(
        `edgeSecretGeneration is ${JSON.stringify(generation)}; a whole number from 1 is required`,
      );
    }
    this.value = this.generated(generation);
    this.previous = isOver || generation === '1' ? '' : this.generated(String(Number(generation) - 1));
  }

  /** Lets a function know what came through the edge. */
  giveTo(to: ServiceFunction): void {
    to.given('EDGE_SECRET', this.value);
    to.given('EDGE_SECRET_PREVIOUS', this.previous);
  }

  private generated(generation: string): string {
    const secret = new Secret(this, `Generation${generation}`, {
      description: 'Shared by the CloudFront distributions of Slugline and the functions behind them',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A rotation has to reach distributions and functions together: it is a deployment with a new generation.',
    });
    return secret.secretValue.unsafeUnwrap();
  }
}
