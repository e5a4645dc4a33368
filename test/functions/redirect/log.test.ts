import { failureLine } from '#functions/redirect/log.ts';

test('of an error only name and message are written, whatever hangs on it', () => {
  const error = Object.assign(new TypeError('no answer'), { request: { address: '198.51.100.7' } });
  expect(JSON.parse(failureLine('a visit met an error', error))).toEqual({
    level: 'ERROR',
    service: 'redirect',
    message: 'a visit met an error',
    error: { name: 'TypeError', message: 'no answer' },
  });
});

test('what is thrown need not be an error, and is one line in any case', () => {
  expect(failureLine('x', 'two\nlines')).not.toMatch(/\n/);
});
