import * as z from 'zod';
import { EXPORT_KIND_NAMES, EXPORT_KINDS, type ExportKindName, exportKind } from '#shared/exports/kinds.ts';

/** Kinds that the page calls `type`; `job_kind` takes them all. */
const TYPES = ['analytics', 'link_catalog'] as const satisfies readonly ExportKindName[];

const kindFields = {
  type: z.enum(TYPES).optional(),
  job_kind: z.enum(EXPORT_KIND_NAMES).optional(),
};

export type JobBody = { kind: ExportKindName; spec: Record<string, unknown>; force: boolean };

/** Which kind a body names, by either field. */
function kindOf({ type, job_kind }: { type?: ExportKindName; job_kind?: ExportKindName }) {
  if (type && job_kind && type !== job_kind) {
    return { message: `contradicts type "${type}"; give one of the two, or the same`, path: ['job_kind'] };
  }
  const kind = type ?? job_kind;
  return (
    kind ?? { message: `is missing; give type or job_kind: ${EXPORT_KIND_NAMES.join(', ')}`, path: ['type'] }
  );
}

/** The body of a new job or of a count: its kind, and the kind's own fields beside it. Unknown ones are refused. */
const jobBody = (more: z.core.$ZodLooseShape) =>
  z.looseObject({ ...kindFields, ...more }).transform((body, context): JobBody => {
    const { type, job_kind, force = false, ...rest } = body as typeof body & { force?: boolean };
    const kind = kindOf({ ...(type && { type }), ...(job_kind && { job_kind }) });
    if (typeof kind !== 'string') {
      context.issues.push({ code: 'custom', input: body, ...kind });
      return z.NEVER;
    }
    const spec = exportKind(kind).schema.safeParse(rest, { reportInput: true });
    if (!spec.success) {
      for (const issue of spec.error.issues) context.issues.push({ ...issue, input: issue.input } as never);
      return z.NEVER;
    }
    return { kind, spec: spec.data as Record<string, unknown>, force };
  });

export const newJobBody = jobBody({ force: z.boolean().optional() });
export const countBody = jobBody({});

/** The fields of every kind, for the API's description. */
export const KIND_SCHEMAS = EXPORT_KIND_NAMES.map((name) => EXPORT_KINDS[name].schema);
