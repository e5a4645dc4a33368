type Override = { override: (context: { jsonSchema: object }) => void };

/** What a schema says of itself beside its rules, and keeps however it is shown. */
const KEPT = ['description', 'default', 'examples'];

/** Metadata by which OpenAPI shows a schema in other words than the validator's, and no less strictly. */
export const shownAs = (shown: object): Override => ({
  override: ({ jsonSchema }) => {
    const schema = jsonSchema as Record<string, unknown>;
    for (const keyword of Object.keys(schema)) if (!KEPT.includes(keyword)) delete schema[keyword];
    Object.assign(schema, shown);
  },
});
