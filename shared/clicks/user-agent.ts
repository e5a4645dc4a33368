import { isbot } from 'isbot';
import { UAParser } from 'my-ua-parser';
import type { Click } from './click.ts';

/** What a user agent tells; null where unknown. */
export type Agent = Pick<
  Click,
  | 'bot'
  | 'deviceCategory'
  | 'deviceBrand'
  | 'deviceModel'
  | 'browserFamily'
  | 'browserVersion'
  | 'osFamily'
  | 'osVersion'
>;

/** Longer agents are cut: what tells browsers and bots apart stands well before this. */
export const AGENT_LIMIT = 1024;
const NAME_LIMIT = 40;
const VERSION_LIMIT = 16;

/** A map, since agents can make the parser find any name, `constructor` too. */
const table = <Value extends string>(entries: Record<string, Value>): Map<string | null | undefined, Value> =>
  new Map<string | null | undefined, Value>(Object.entries(entries));

/** What the parser calls otherwise than everybody else. */
const BROWSERS = table({
  'Mobile Safari': 'Safari',
  'Mobile Chrome': 'Chrome',
  'Mobile Firefox': 'Firefox',
  'Opera Mobi': 'Opera',
  'Opera Touch': 'Opera',
  IEMobile: 'IE',
});

const SYSTEMS = table({ 'Mac OS': 'macOS', 'Chromium OS': 'ChromeOS', 'GNU/Linux': 'Linux' });

/** The parser names the distribution; nobody targets one. */
const DISTRIBUTIONS = new Set(
  [
    'Arch CentOS Debian Elementary Fedora Gentoo GNU Kubuntu Linpus Linspire Lubuntu Mageia Mandriva Manjaro',
    'Mint PCLinuxOS RedHat Sabayon Slackware SUSE Ubuntu VectorLinux Xubuntu Zenwalk deepin openSUSE',
  ].flatMap((names) => names.split(' ')),
);

type Category = NonNullable<Click['deviceCategory']>;

/** Other types of device (televisions, consoles, cars) count as desktops: what is not carried. */
const CATEGORIES = table<Category>({ mobile: 'mobile', wearable: 'mobile', tablet: 'tablet' });

const NOTHING: Omit<Agent, 'bot'> = {
  deviceCategory: null,
  deviceBrand: null,
  deviceModel: null,
  browserFamily: null,
  browserVersion: null,
  osFamily: null,
  osVersion: null,
};

/**
 * Bot, device, browser and system of a user agent, under the names that exports and rules use. An empty agent is a
 * bot; a bot that does not pretend to be a browser on a system tells nothing else.
 */
export function parseUserAgent(agent: string): Agent {
  const text = agent.slice(0, AGENT_LIMIT).trim();
  if (text === '') return { ...NOTHING, bot: true };
  const bot = isbot(text);
  const { browser, os, device } = UAParser(text);
  const osFamily = systemOf(os.name);
  // Of a bot's bare name the parser makes devices ("requests" becomes a Quest).
  if (bot && (osFamily === null || browser.name === undefined)) return { ...NOTHING, bot };
  return {
    bot,
    deviceCategory: CATEGORIES.get(device.type) ?? (bot ? null : 'desktop'),
    deviceBrand: cut(device.vendor, NAME_LIMIT),
    deviceModel: modelOf(device.model),
    browserFamily: cut(BROWSERS.get(browser.name) ?? browser.name, NAME_LIMIT),
    browserVersion: versionOf(browser.version, 2),
    osFamily,
    osVersion: versionOf(os.version, 3),
  };
}

const SYSTEM_NAMES = table({
  iOS: 'ios',
  Android: 'android',
  Windows: 'windows',
  macOS: 'macos',
  Linux: 'linux',
  ChromeOS: 'chromeos',
});

/** An operating system as routing rules name it. */
export const ruleOs = (osFamily: string | null): string => SYSTEM_NAMES.get(osFamily) ?? 'other';

function systemOf(name: string | undefined): string | null {
  if (name === undefined) return null;
  return DISTRIBUTIONS.has(name) ? 'Linux' : cut(SYSTEMS.get(name) ?? name, NAME_LIMIT);
}

/** Android browsers send the model "K" in place of the true one. */
const modelOf = (model: string | undefined): string | null => (model === 'K' ? null : cut(model, NAME_LIMIT));

/** The first components of a version; null for what is none (Linux gives its processor). */
function versionOf(version: string | undefined, components: number): string | null {
  if (version === undefined || !/^(\d|NT|XP|Vista|ME|RT)/.test(version)) return null;
  return cut(version.split('.').slice(0, components).join('.'), VERSION_LIMIT);
}

const cut = (text: string | undefined, limit: number): string | null =>
  text === undefined || text === '' ? null : text.slice(0, limit);
