/**
 * Social platforms by the hosts that their visitors come from; a host stands for its subdomains too.
 * Link shorteners and app packages (`android-app://…`) of a platform count as the platform.
 */
const HOSTS: Record<string, string> = {
  'facebook.com': 'facebook',
  'fb.com': 'facebook',
  'fb.me': 'facebook',
  'com.facebook.katana': 'facebook',
  'messenger.com': 'messenger',
  'm.me': 'messenger',
  'instagram.com': 'instagram',
  'com.instagram.android': 'instagram',
  'threads.net': 'threads',
  'threads.com': 'threads',
  'twitter.com': 'twitter',
  'x.com': 'twitter',
  't.co': 'twitter',
  'com.twitter.android': 'twitter',
  'linkedin.com': 'linkedin',
  'lnkd.in': 'linkedin',
  'com.linkedin.android': 'linkedin',
  'youtube.com': 'youtube',
  'youtu.be': 'youtube',
  'com.google.android.youtube': 'youtube',
  'tiktok.com': 'tiktok',
  'com.zhiliaoapp.musically': 'tiktok',
  'pinterest.com': 'pinterest',
  'pin.it': 'pinterest',
  'com.pinterest': 'pinterest',
  'reddit.com': 'reddit',
  'redd.it': 'reddit',
  'com.reddit.frontpage': 'reddit',
  'snapchat.com': 'snapchat',
  'com.snapchat.android': 'snapchat',
  'whatsapp.com': 'whatsapp',
  'wa.me': 'whatsapp',
  'com.whatsapp': 'whatsapp',
  'telegram.org': 'telegram',
  't.me': 'telegram',
  'org.telegram.messenger': 'telegram',
  'discord.com': 'discord',
  'com.discord': 'discord',
  'slack.com': 'slack',
  'com.slack': 'slack',
  'bsky.app': 'bluesky',
  'mastodon.social': 'mastodon',
  'tumblr.com': 'tumblr',
  'quora.com': 'quora',
  'medium.com': 'medium',
  'twitch.tv': 'twitch',
  'vk.com': 'vk',
  'weibo.com': 'weibo',
  'weixin.qq.com': 'wechat',
  'news.ycombinator.com': 'hackernews',
};

/** Browsers inside a platform's app, which mostly send no referrer. */
const BROWSERS: Record<string, string> = {
  Facebook: 'facebook',
  Instagram: 'instagram',
  LinkedIn: 'linkedin',
  Pinterest: 'pinterest',
  Snapchat: 'snapchat',
  TikTok: 'tiktok',
  Twitter: 'twitter',
  WeChat: 'wechat',
  Weibo: 'weibo',
};

/** Pinterest has a domain per country: `pinterest.de`, `pinterest.co.uk`. */
const PINTEREST = /(^|\.)pinterest\.[a-z]{2,3}(\.[a-z]{2})?$/;

/** The social platform that a visit came from, in lower case; null when it is none or unknown. */
export function socialSource(referrerHost: string | null, browserFamily: string | null): string | null {
  return platformOf(referrerHost ?? '') ?? own(BROWSERS, browserFamily ?? '') ?? null;
}

function platformOf(host: string): string | undefined {
  for (let rest = host; rest.includes('.'); rest = rest.slice(rest.indexOf('.') + 1)) {
    const platform = own(HOSTS, rest);
    if (platform !== undefined) return platform;
  }
  return PINTEREST.test(host) ? 'pinterest' : undefined;
}

const own = (table: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
