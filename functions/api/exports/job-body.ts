import * as z from 'zod';
import { EXPORT_KIND_NAMES, type ExportKindName, exportKind } from '#shared/exports/kinds/kinds.ts';
import { issueInWords } from '#shared/input/issue-in-words.ts';

/** Kinds that the page calls `type`; `job_kind` takes them all. */
const TYPES = ['analytics', 'link_catalog'] as const satisfies readonly ExportKindName[];

const kindFields = {
  type: z.enum(TYPES).optional(),
  job_kind: z.enum(EXPORT_KIND_NAMES).optional(),
};

/** The fields of a kind are told apart from these, which every body may have. */
const IN_WORDS = { reportInput: true, error: issueInWords(['type', 'job_kind', 'force']) };

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

/** For the API's description: each kind as an object of its own, with the fields that every body may have. */
const described = (more: Record<string, object>) => ({
  anyOf: EXPORT_KIND_NAMES.map((name) => {
    const schema = z.toJSONSchema(exportKind(name).schema, { io: 'input' });
    const kind = { const: name };
    return {
      ...schema,
      title: name,
      $schema: undefined,
      properties: {
        ...((TYPES as readonly string[]).includes(name) ? { type: kind } : {}),
        job_kind: kind,
        ...more,
        ...schema.properties,
      },
      // Either will do; both say the same.
      anyOf: [{ required: ['type'] }, { required: ['job_kind'] }],
    };
  }),
  properties: undefined,
  additionalProperties: undefined,
});

/** A kind and the kind's own fields beside it. Unknown ones are refused. */
const kindBody = z
  .looseObject(kindFields)
  .transform(({ type, job_kind, ...rest }, context): Omit<JobBody, 'force'> => {
    const kind = kindOf({ ...(type && { type }), ...(job_kind && { job_kind }) });
    if (typeof kind !== 'string') {
      context.issues.push({ code: 'custom', input: rest, ...kind });
      return z.NEVER;
    }
    const spec = exportKind(kind).schema.safeParse(rest, IN_WORDS);
    if (spec.success) return { kind, spec: spec.data as Record<string, unknown> };
    for (const issue of spec.error.issues) context.issues.push({ ...issue, input: issue.input } as never);
    return z.NEVER;
  });

/** The body of a count. */
export const countBody = kindBody.meta({ override: described({}) as object });

/** The body of a new job. */
export const newJobBody = z
  .looseObject({ ...kindFields, force: z.boolean().default(false) })
  .transform(({ force, ...rest }, context): JobBody => {
    const body = kindBody.safeParse(rest, IN_WORDS);
    if (body.success) return { ...body.data, force };
    for (const issue of body.error.issues) context.issues.push({ ...issue, input: issue.input } as never);
    return z.NEVER;
  })
  .meta({ override: described({ force: { type: 'boolean', default: false } }) as object });
