import fc from 'fast-check';
import { captureClick, placeOf } from '#shared/clicks/capture/capture.ts';
import { cutClickText } from '#shared/clicks/capture/click-texts.ts';
import { parseUserAgent } from '#shared/clicks/capture/user-agent.ts';
import { journalLine } from '#shared/clicks/journal.ts';
import { readJournalLine } from '#shared/clicks/journal-reader.ts';
import { NO_UTM } from '#shared/links/link.ts';
import { NOW, SAFARI_ON_IPHONE, slugLink } from '#test/functions/redirect/open-redirect.ts';

const clickWith = (over: { referrer?: string; space?: string; tags?: string[] } = {}) =>
  captureClick({
    clickId: '01HXYZ0000000000000000000A',
    link: slugLink({ space: over.space ?? null, tags: over.tags ?? [] }),
    scan: false,
    agent: parseUserAgent(SAFARI_ON_IPHONE),
    place: placeOf({
      country: 'DE',
      countryName: 'Germany',
      region: 'BE',
      regionName: 'Berlin',
      city: 'Berlin',
    }),
    referrer: over.referrer ?? '',
    utm: NO_UTM,
    variantKey: null,
    visitorHash: 'abcdefghijklmnop',
  });

test.each(['', '{}', 'START RequestId: 1', '{"level":"ERROR","message":"slugline-click-1"}'])(
  'the log line %j is none of the journal',
  (line) => expect(readJournalLine(line)).toBeUndefined(),
);

test('a journal line that is cut off is no silent loss', () => {
  const line = journalLine(clickWith(), NOW);
  for (const length of [line.length - 1, 200, 40]) {
    expect(() => readJournalLine(line.slice(0, length))).toThrow(/journal line/);
  }
});

test.each([
  ['clickId', 'not a ULID'],
  ['workspaceId', 'w'],
  ['touchType', 'button'],
  ['bot', 'false'],
  ['deviceCategory', 'fridge'],
  ['tags', 'a,b'],
  ['tags', [1]],
  ['space', 7],
])('a journal line whose %s is %j is refused', (member, value) => {
  const broken = { ...clickWith(), [member]: value };
  expect(() => readJournalLine(journalLine(broken, NOW))).toThrow(/journal line/);
});

test('property: a click comes back as it was, whatever the log writes around it', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.array(text, { maxLength: 3 }), (referrer, space, tags) => {
      const click = clickWith({ referrer, space, tags });
      const line = journalLine(click, NOW);
      expect(line).not.toMatch(/[\r\n]/);
      expect(readJournalLine(line)).toEqual(click);
      expect(readJournalLine(`2026-05-04T12:00:00Z\trequest-1\tINFO\t${line}\n`)).toEqual(click);
    }),
  );
});

test('a visitor cannot write a journal line', () => {
  const forged = journalLine(clickWith(), NOW);
  const click = clickWith({ space: `x\n${forged}` });
  expect(readJournalLine(journalLine(click, NOW))).toEqual({
    ...click,
    space: cutClickText('space', click.space!),
  });
  expect(readJournalLine(JSON.stringify({ message: forged }))).toBeUndefined();
});

test('the line raises the metric that its alarm watches', () => {
  const { _aws, JournalLines, service } = JSON.parse(journalLine(clickWith(), NOW));
  expect({ JournalLines, service }).toEqual({ JournalLines: 1, service: 'redirect' });
  expect(_aws).toEqual({
    Timestamp: NOW,
    CloudWatchMetrics: [
      {
        Namespace: 'Slugline',
        Dimensions: [['service']],
        Metrics: [{ Name: 'JournalLines', Unit: 'Count' }],
      },
    ],
  });
});
