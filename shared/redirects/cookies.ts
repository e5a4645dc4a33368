type CookieOptions = {
  name: string;
  value: string;
  /** Sent back for this slug only, so that cookies of many links do not pile up in each request. */
  shortCode: string;
  lifetimeMs: number;
  /** Where the short domain is served by HTTPS. */
  secure: boolean;
};

/** A Set-Cookie value that scripts cannot read and that other sites' forms do not send. */
export const setCookie = ({ name, value, shortCode, lifetimeMs, secure }: CookieOptions): string =>
  `${name}=${value}; Path=/${shortCode}; Max-Age=${Math.floor(lifetimeMs / 1000)}; HttpOnly; SameSite=Lax` +
  (secure ? '; Secure' : '');

/** A browser has one cookie of a name and path; more values are somebody's try, and only the first few are looked at. */
const VALUES_READ = 3;

/** The values of a cookie: several, when it was set for several paths. */
export const cookieValues = (cookies: readonly string[], name: string): string[] =>
  cookies
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .slice(0, VALUES_READ);
