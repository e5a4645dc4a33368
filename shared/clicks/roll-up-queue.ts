/** A message of the RollUps queue. */
export type RollUpMessage = { workspaceId: string };

/** Asks for roll-ups: each message lets a worker fold what is new in one workspace. */
export type RollUpQueue = { send(workspaceIds: readonly string[]): Promise<void> };
