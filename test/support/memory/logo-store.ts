import type { Logo } from '#shared/qr/logo/logo.ts';
import type { LogoStore } from '#shared/qr/logo-store.ts';

/** Logos in memory; what goes in and comes out are copies, as with a bucket. */
export function memoryLogoStore(): LogoStore {
  const logos = new Map<string, Logo>();
  const keyOf = (workspaceId: string, logoId: string): string => `${workspaceId}/${logoId}`;
  const copyOf = ({ png, width, height }: Logo): Logo => ({ png: Buffer.from(png), width, height });
  return {
    find: async (workspaceId, logoId) => {
      const logo = logos.get(keyOf(workspaceId, logoId));
      return logo && copyOf(logo);
    },
    has: async (workspaceId, logoId) => logos.has(keyOf(workspaceId, logoId)),
    count: async (workspaceId, most) => {
      const own = [...logos.keys()].filter((key) => key.startsWith(keyOf(workspaceId, '')));
      return Math.min(most, own.length);
    },
    put: async (workspaceId, logoId, logo) => void logos.set(keyOf(workspaceId, logoId), copyOf(logo)),
    remove: async (workspaceId, logoId) => void logos.delete(keyOf(workspaceId, logoId)),
    previewUrl: async (workspaceId, logoId) => `memory://${keyOf(workspaceId, logoId)}`,
  };
}
