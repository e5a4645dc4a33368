import { isbot } from 'isbot';
import { UAParser } from 'my-ua-parser';
import { cutUtf8 } from '#shared/utf8.ts';
import { agentTable, BROWSER_ALIASES, LINUX_DISTRIBUTIONS, SYSTEM_ALIASES } from './agent-names.ts';
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

const AGENT_BYTES = 1024;
/** Of what an agent tells is stored at most so much, in bytes of UTF-8. */
const NAME_BYTES = 40;
const VERSION_BYTES = 16;

/** The beginning of an agent that is read: what tells browsers and bots apart stands well before its end. */
export const readPartOf = (agent: string): string => cutUtf8(agent, AGENT_BYTES);

type Category = NonNullable<Click['deviceCategory']>;

/** Other types of device (televisions, consoles, cars) count as desktops: what is not carried. */
const CATEGORIES = agentTable<Category>({ mobile: 'mobile', wearable: 'mobile', tablet: 'tablet' });

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
  const text = readPartOf(agent).trim();
  if (text === '') return { ...NOTHING, bot: true };
  const bot = isbot(text);
  const { browser, os, device } = UAParser(text);
  const osFamily = systemOf(os.name);
  // Of a bot's bare name the parser makes devices ("requests" becomes a Quest).
  if (bot && (osFamily === null || browser.name === undefined)) return { ...NOTHING, bot };
  return {
    bot,
    deviceCategory: CATEGORIES.get(device.type) ?? (bot ? null : 'desktop'),
    deviceBrand: cut(device.vendor, NAME_BYTES),
    deviceModel: modelOf(device.model),
    browserFamily: cut(BROWSER_ALIASES.get(browser.name) ?? browser.name, NAME_BYTES),
    browserVersion: versionOf(browser.version, 2),
    osFamily,
    osVersion: versionOf(os.version, 3),
  };
}

const SYSTEM_NAMES = agentTable({
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
  return LINUX_DISTRIBUTIONS.has(name) ? 'Linux' : cut(SYSTEM_ALIASES.get(name) ?? name, NAME_BYTES);
}

/** Android browsers send the model "K" in place of the true one. */
const modelOf = (model: string | undefined): string | null => (model === 'K' ? null : cut(model, NAME_BYTES));

/** The first components of a version; null for what is none (Linux gives its processor). */
function versionOf(version: string | undefined, components: number): string | null {
  if (version === undefined || !/^(\d|NT|XP|Vista|ME|RT)/.test(version)) return null;
  return cut(version.split('.').slice(0, components).join('.'), VERSION_BYTES);
}

const cut = (text: string | undefined, maxBytes: number): string | null =>
  cutUtf8(text ?? '', maxBytes) || null;
