import { isbot } from 'isbot';
import { UAParser } from 'my-ua-parser';
import { cutUtf8 } from '#shared/utf8.ts';
import type { Click } from '../click.ts';
import { agentTable, BROWSER_ALIASES, LINUX_DISTRIBUTIONS, SYSTEM_ALIASES } from './agent-names.ts';
import { clickText } from './click-texts.ts';

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
    deviceBrand: clickText('deviceBrand', device.vendor),
    deviceModel: modelOf(device.model),
    browserFamily: clickText('browserFamily', BROWSER_ALIASES.get(browser.name) ?? browser.name),
    browserVersion: versionOf('browserVersion', browser.version, 2),
    osFamily,
    osVersion: versionOf('osVersion', os.version, 3),
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
  return LINUX_DISTRIBUTIONS.has(name) ? 'Linux' : clickText('osFamily', SYSTEM_ALIASES.get(name) ?? name);
}

/** Android browsers send the model "K" in place of the true one. */
const modelOf = (model: string | undefined): string | null =>
  model === 'K' ? null : clickText('deviceModel', model);

/** The first components of a version; null for what is none (Linux gives its processor). */
function versionOf(
  member: 'browserVersion' | 'osVersion',
  version: string | undefined,
  components: number,
): string | null {
  if (version === undefined || !/^(\d|NT|XP|Vista|ME|RT)/.test(version)) return null;
  return clickText(member, version.split('.').slice(0, components).join('.'));
}
