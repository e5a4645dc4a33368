/** All that the handlers of the route table need; each noun names its own part beside its routes. */
export type ApiTools = Record<never, never>;
