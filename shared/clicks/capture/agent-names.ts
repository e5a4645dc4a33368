/** A map and no object, since agents can make the parser find any name, `constructor` too. */
export const agentTable = <Value extends string>(
  entries: Record<string, Value>,
): Map<string | null | undefined, Value> =>
  new Map<string | null | undefined, Value>(Object.entries(entries));

/** What the parser calls otherwise than everybody else. */
export const BROWSER_ALIASES = agentTable({
  'Mobile Safari': 'Safari',
  MobileSafari: 'Safari',
  'Mobile Chrome': 'Chrome',
  'Mobile Firefox': 'Firefox',
  'Opera Mobi': 'Opera',
  'Opera Touch': 'Opera',
  IEMobile: 'IE',
});

export const SYSTEM_ALIASES = agentTable({
  'Mac OS': 'macOS',
  'Chromium OS': 'ChromeOS',
  'GNU/Linux': 'Linux',
});

/** The parser names the distribution; nobody targets one. */
export const LINUX_DISTRIBUTIONS = new Set(
  [
    'Arch CentOS Debian Elementary Fedora Gentoo GNU Kubuntu Linpus Linspire Lubuntu Mageia Mandriva Manjaro',
    'Mint PCLinuxOS RedHat Sabayon Slackware SUSE Ubuntu VectorLinux Xubuntu Zenwalk deepin openSUSE',
  ].flatMap((names) => names.split(' ')),
);
