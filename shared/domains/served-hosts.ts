/**
 * Tells whether a deployment serves a host.
 * @param names  separated by commas; `*.example.com` stands for names with one label more, as in a certificate
 */
export function servedHosts(names: string): (host: string) => boolean {
  const served = new Set(names.split(',').map((name) => name.trim().toLowerCase()));
  return (host) => served.has(host) || served.has(host.replace(/^[^.]+/, '*'));
}
