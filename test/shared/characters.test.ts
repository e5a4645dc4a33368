import * as z from 'zod';
import { characterCount, textUpTo } from '#shared/characters.ts';

test('an emoji is one character, however many units it takes', () => {
  expect(characterCount('a😀漢')).toBe(3);
});

test('text up to a length is taken and described in the same characters', () => {
  const text = textUpTo(3);
  expect(text.safeParse('😀😀😀').success).toBe(true);
  expect(text.safeParse('😀😀😀a').error?.issues[0]?.message).toBe(
    'it has 4 characters; at most 3 are allowed',
  );
  expect(z.toJSONSchema(text)).toMatchObject({ type: 'string', maxLength: 3 });
});
