import { BROWSER_ALIASES, LINUX_DISTRIBUTIONS, SYSTEM_ALIASES } from '../clicks/capture/agent-names.ts';
import type { Tops } from './totals.ts';

/** What every value outside of the lists is counted as. */
export const OTHER = 'Other';

/**
 * The names that clicks are counted under. A visitor chooses what an agent calls itself; were that a counter, one
 * visitor could fill a stored item. A list may grow: what was counted as `Other` before stays that until a recount.
 */
export const COUNTED_NAMES = {
  device: 'mobile tablet desktop'.split(' '),
  os: names(`
    AIX, AmigaOS, Android, Android-x86, Bada, BeOS, BlackBerry, ChromeOS, Chromecast, Contiki, DragonFly, Firefox OS,
    FreeBSD, Fuchsia, GhostBSD, HP-UX, Haiku, HarmonyOS, Hurd, Joli, KaiOS, Linux, Maemo, MeeGo, Minix, MorphOS,
    NetBSD, NetTV, Netrange, Nintendo, OS/2, OpenBSD, OpenSolaris, OpenVMS, Palm, PC-BSD, Plan 9, PlayStation, QNX,
    RIM Tablet OS, RISC OS, Raspbian, Sailfish, SerenityOS, Series40, Solaris, Symbian, Tizen, UNIX, Viera, Windows,
    Windows Mobile, Windows Phone, Windows Phone OS, Xbox, iOS, macOS, watchOS, webOS`),
  browser: names(`
    2345Explorer, 360 Browser, AVG Secure Browser, Alipay, Android Browser, Arora, Avant, Avast Secure Browser, Baidu,
    Basilisk, Blazer, Bolt, Bowser, Brave, Camino, Chimera, Chrome, Chrome Headless, Chrome WebView, Chromium,
    Coc Coc, Comodo Dragon, Conkeror, Cobalt, Dillo, Dolphin, Doris, DuckDuckGo, Edge, Electron, Epiphany, Facebook,
    Falkon, Fennec, Firebird, Firefox, Firefox Focus, Firefox Reality, Flock, Flow, GSA, GoBrowser, HeyTap,
    Huawei Browser, IE, ICE Browser, IceApe, IceCat, IceDragon, Iceweasel, Instagram, Iridium, Iron, Jasmine,
    K-Meleon, KHTML, KakaoStory, KakaoTalk, Kindle, Klar, Klarna, Konqueror, LBBROWSER, Ladybird, Line, LinkedIn,
    Links, Lunascape, Lynx, MIUI Browser, Maemo Browser, Maxthon, Midori, Minimo, Mosaic, Mozilla, NetFront, NetSurf,
    Naver, Netscape, Nokia Browser, NokiaBrowser, Obigo, Oculus Browser, OmniWeb, Opera, Opera Coast, Opera GX,
    Opera Mini, Opera Mobile, Opera Tablet, Ovi, PaleMoon, PhantomJS, Phoenix, Pinterest, Polaris, Puffin, QQ,
    QQBrowser, QQBrowserLite, QupZilla, Quark, Rekonq, RockMelt, Safari, Sailfish Browser, Samsung Internet,
    SeaMonkey, Silk, Skyfire, Sleipnir, Slim, SlimBrowser, Smart Lenovo Browser, Snapchat, Sogou Explorer,
    Sogou Mobile, Swiftfox, Tesla, TikTok, TizenBrowser, Tizen Browser, Twitter, UCBrowser, Vivaldi, Vivo Browser,
    W3M, WeChat, WebKit, Waterfox, Weibo, Whale, Yandex, iCab`),
  /** ISO 3166-1 alpha-2, and XK, by which edges name Kosovo. */
  country:
    `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM
    FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP
    MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA
    RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
    TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW`.split(/\s+/),
} as const satisfies Record<keyof Tops, readonly string[]>;

function names(list: string): string[] {
  return list.trim().split(/,\s+/);
}

type Names = ReadonlyMap<string, string>;

const byLowerCase = (list: readonly string[], aliases: Iterable<[unknown, string]> = []): Names =>
  new Map([
    ...list.map((name): [string, string] => [name.toLowerCase(), name]),
    ...[...aliases].map(([alias, name]): [string, string] => [String(alias).toLowerCase(), name]),
  ]);

const DISTRIBUTIONS = [...LINUX_DISTRIBUTIONS].map((name): [string, string] => [name, 'Linux']);

const CANONICAL: Record<keyof Tops, Names> = {
  device: byLowerCase(COUNTED_NAMES.device),
  os: byLowerCase(COUNTED_NAMES.os, [...SYSTEM_ALIASES, ...DISTRIBUTIONS]),
  browser: byLowerCase(COUNTED_NAMES.browser, BROWSER_ALIASES),
  country: byLowerCase(COUNTED_NAMES.country),
};

/** The name of our lists that a value is counted under, whatever its letter case; `Other` when there is none. */
export const countedName = (top: keyof Tops, value: string): string =>
  CANONICAL[top].get(value.toLowerCase()) ?? OTHER;
