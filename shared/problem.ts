import { shortened } from './quoted.ts';

/**
 * Every answer that refuses, by its code: the HTTP status and the sentence used when nothing more exact is known.
 * The codes are the native (Nimriz) ones; the other dialects translate them in shared/dialects.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid.' },
  unauthorized: { status: 401, title: 'A valid credential is required.' },
  payment_required: { status: 402, title: 'The plan does not include this.' },
  forbidden: { status: 403, title: 'The credential does not allow this.' },
  account_suspended: { status: 403, title: 'The workspace is suspended.' },
  plan_limit: { status: 403, title: 'The plan does not allow more of this.' },
  feature_not_enabled: { status: 403, title: 'The plan does not include this feature.' },
  routing_rules_not_allowed: { status: 403, title: 'The plan does not include routing rules.' },
  not_found: { status: 404, title: 'There is no such thing in this workspace.' },
  method_not_allowed: { status: 405, title: 'The path does not take this method.' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used for another request.' },
  export_not_ready: { status: 409, title: 'The export is not ready yet.' },
  export_job_failed: { status: 409, title: 'The export failed.' },
  export_canceled: { status: 409, title: 'The export was canceled.' },
  domain_not_proven: { status: 409, title: 'The TXT record of the host does not prove the claim.' },
  domain_not_served: { status: 409, title: 'This deployment does not serve the host.' },
  domain_in_use: { status: 409, title: 'Links live on the domain.' },
  conflict: { status: 409, title: 'Somebody else changed this at the same time; read it again and retry.' },
  export_expired: { status: 410, title: 'The file of this export is no longer kept.' },
  precondition_failed: { status: 412, title: 'Somebody has changed this since; read it again.' },
  payload_too_large: { status: 413, title: 'The body is larger than this route takes.' },
  unsupported_media_type: { status: 415, title: 'The body comes in an encoding that is not read here.' },
  slug_reserved: { status: 422, title: 'The slug is reserved or too short.' },
  slug_unavailable: { status: 422, title: 'The slug is taken or was given up less than 30 days ago.' },
  domain_disabled: { status: 422, title: 'The domain is disabled.' },
  custom_domain_not_ready: { status: 422, title: 'The domain is not ready for traffic yet.' },
  destination_blocked: { status: 422, title: 'The destination is not allowed.' },
  invalid_expires_at: { status: 422, title: 'The expiration is not a future instant.' },
  expiration_required: { status: 422, title: 'The domain requires an expiration.' },
  expiration_update_not_allowed: { status: 422, title: 'The domain does not allow expirations to change.' },
  invalid_rules: { status: 422, title: 'The routing rules are not valid.' },
  invalid_style: { status: 422, title: 'The QR style is not valid.' },
  invalid_conversion: { status: 422, title: 'The conversion is not valid.' },
  date_range_exceeds_retention: { status: 422, title: 'The date range reaches beyond what is kept.' },
  too_many_export_jobs: { status: 429, title: 'Too many export jobs are running and waiting.' },
  monthly_quota_exceeded: { status: 429, title: 'The links of this month are used up.' },
  rate_limited: { status: 429, title: 'Too many requests.' },
  internal_error: { status: 500, title: 'Something went wrong here.' },
  unavailable: { status: 503, title: 'A service that this needs does not answer.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export type ProblemStatus = (typeof PROBLEMS)[ProblemCode]['status'];

type ProblemOptions = {
  /** The request field that is wrong, as the caller spelled it (`items[2].long_url`). */
  field?: string | undefined;
  /** Further members of the answer (`earliest_available`, `active_job_ids`). */
  details?: Record<string, unknown> | undefined;
  /** Sent as Retry-After; every 429 and 503 has one. */
  retryAfterSeconds?: number | undefined;
  headers?: Record<string, string> | undefined;
  cause?: unknown;
};

/** The last resort against an answer that grows with its request; whoever words a message shortens what was got. */
const MAX_MESSAGE = 1_500;
const MAX_FIELD = 200;

/**
 * An answer that refuses: shown to the caller, never retried. Any other exception is an accident.
 * The message says what was wrong, what was got and what is allowed.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly field: string | undefined;
  readonly details: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, message: string = PROBLEMS[code].title, options: ProblemOptions = {}) {
    super(
      shortened(message, MAX_MESSAGE),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'Problem';
    this.code = code;
    this.field = options.field && shortened(options.field, MAX_FIELD);
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }

  get status(): ProblemStatus {
    return PROBLEMS[this.code].status;
  }
}
