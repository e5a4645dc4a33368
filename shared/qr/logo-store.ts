import type { Logo } from './logo/logo.ts';

/** The logos of workspaces; one is written once, and never changed. */
export type LogoStore = {
  find(workspaceId: string, logoId: string): Promise<Logo | undefined>;
  has(workspaceId: string, logoId: string): Promise<boolean>;
  /** How many there are; no more than `most` are counted. */
  count(workspaceId: string, most: number): Promise<number>;
  put(workspaceId: string, logoId: string, logo: Logo): Promise<void>;
  /** Whether it is there or not. */
  remove(workspaceId: string, logoId: string): Promise<void>;
  /** A URL that shows the picture to whoever has it, for some minutes. */
  previewUrl(workspaceId: string, logoId: string): Promise<string>;
};
