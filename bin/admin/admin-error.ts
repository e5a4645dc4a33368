/** What a person must see to, in a sentence: it is shown without a stack. Exit code 1. */
export class AdminError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AdminError';
  }
}

/** The call itself is wrong: unknown names, missing arguments, values that are not allowed. Exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
