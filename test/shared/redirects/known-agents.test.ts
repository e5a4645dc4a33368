import { agentParser } from '#shared/redirects/known-agents.ts';
import { SAFARI_ON_IPHONE } from '#test/functions/redirect/open-redirect.ts';

test('another agent is parsed by itself', () => {
  const parse = agentParser(2);
  expect(parse(SAFARI_ON_IPHONE)).toMatchObject({ bot: false });
  expect(parse('curl/8.5.0')).toMatchObject({ bot: true });
});

test('an agent that was seen before is not parsed again, until too many others came', () => {
  const parse = agentParser(2);
  const first = parse(SAFARI_ON_IPHONE);
  expect(parse(SAFARI_ON_IPHONE)).toBe(first);
  parse('a');
  parse('b');
  expect(parse(SAFARI_ON_IPHONE)).not.toBe(first);
  expect(parse(SAFARI_ON_IPHONE)).toEqual(first);
});

test('agents that differ only where nobody looks are one', () => {
  const parse = agentParser(2);
  const long = SAFARI_ON_IPHONE.padEnd(1024, ' ');
  expect(parse(`${long}x`)).toBe(parse(`${long}y`));
});
