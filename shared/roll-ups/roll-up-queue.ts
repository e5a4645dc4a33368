/** A message of the RollUps queue: fold what is new in a workspace, or count a day (yyyymmdd) of it again. */
export type RollUpMessage = { workspaceId: string; recountDay?: string };

export type RollUpQueue = { send(messages: readonly RollUpMessage[]): Promise<void> };
