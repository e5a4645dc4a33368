/** A kind of visitor: what it sends along. */
export type Visitor = {
  userAgent: string;
  referrer?: string;
  country: string;
  countryName: string;
  bot: boolean;
};

const BROWSERS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
];

const BOTS = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
];

const REFERRERS = [
  undefined,
  'https://www.facebook.com/',
  'https://t.co/abc',
  'https://www.linkedin.com/feed/',
  'https://news.example.org/today?page=2',
];

const COUNTRIES = [
  ['US', 'United States'],
  ['DE', 'Germany'],
  ['BR', 'Brazil'],
  ['JP', 'Japan'],
  ['KE', 'Kenya'],
] as const;

/** The n-th visitor: every combination comes up, one in twelve is a bot. */
export function visitor(n: number): Visitor {
  const bot = n % 12 === 11;
  const referrer = REFERRERS[n % REFERRERS.length];
  const [country, countryName] = COUNTRIES[Math.floor(n / 3) % COUNTRIES.length]!;
  const userAgent = bot ? BOTS[n % BOTS.length]! : BROWSERS[n % BROWSERS.length]!;
  return { userAgent, country, countryName, bot, ...(referrer === undefined ? {} : { referrer }) };
}

/** The headers of a visit, geo headers as CloudFront would add them. */
export const headersOf = (visitor: Visitor): Record<string, string> => ({
  'user-agent': visitor.userAgent,
  'cloudfront-viewer-country': visitor.country,
  'cloudfront-viewer-country-name': visitor.countryName,
  ...(visitor.referrer === undefined ? {} : { referer: visitor.referrer }),
});
