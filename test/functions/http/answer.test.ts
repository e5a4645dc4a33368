import { Readable } from 'node:stream';
import { answerOf } from '#functions/http/answer.ts';

describe('an answer', () => {
  test.each([
    ['an object', { a: 1 }, { body: '{"a":1}', type: 'application/json; charset=utf-8' }],
    ['a text', 'hello', { body: 'hello', type: 'text/plain; charset=utf-8' }],
    ['bytes', Buffer.from([255]), { body: '/w==', type: undefined }],
    ['nothing', undefined, { body: '', type: undefined }],
  ])('of %s is encoded and typed', (_, body, wanted) => {
    const { headers, ...result } = answerOf({ status: 200, ...(body === undefined ? {} : { body }) });
    expect({ body: result.body, type: headers?.['content-type'] }).toEqual(wanted);
  });

  test('of a stream hands the stream on', () => {
    const body = Readable.from(['a']);
    expect(answerOf({ status: 200, body }).body).toBe(body);
  });

  test("keeps the handler's own content type and cache rule, in lower case", () => {
    const headers = { 'Content-Type': 'image/png', 'Cache-Control': 'public' };
    expect(answerOf({ status: 200, headers, body: Buffer.from('x') }).headers).toEqual({
      'content-type': 'image/png',
      'cache-control': 'public',
    });
  });
});
