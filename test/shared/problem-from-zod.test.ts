import * as z from 'zod';
import { problemFromZod } from '#shared/problem-from-zod.ts';

const schema = z
  .strictObject({
    name: z.string().max(200).optional(),
    password: z.string().max(3).optional(),
    items: z.array(z.strictObject({ url: z.string() })).optional(),
    choice: z.union([z.literal('effective'), z.strictObject({ type: z.literal('preset') })]).optional(),
  })
  .refine(({ name }) => name !== 'x', { path: ['name'], message: 'contradicts the rest' });

const problem = (input: unknown) =>
  problemFromZod(schema.safeParse(input, { reportInput: true }).error!, 'body');

describe('a refusal by a schema', () => {
  test.each([
    [{ name: 1 }, 'name', /expected string.*; got 1$/],
    [{ items: [{ url: 'a' }, { url: null }] }, 'items[1].url', /expected string.*; got null$/],
    [{ items: [{ url: 'a', extra: 1 }] }, 'items[0].extra', /"extra"$/],
    [{ choice: { type: 'presets' } }, 'choice.type', /"preset"; got "presets"$/],
    [{ name: 'x' }, 'name', /contradicts the rest$/],
    [[], undefined, /the body is not valid.*expected object/],
  ])('of %j names the field, the rule and what was got', (input, field, message) => {
    expect(problem(input)).toMatchObject({
      code: 'invalid_request',
      field,
      message: expect.stringMatching(message),
    });
  });

  test('never repeats a secret and cuts long values', () => {
    expect(problem({ password: 'hunter2' }).message).not.toContain('hunter2');
    expect(problem({ name: 'y'.repeat(10_000) }).message.length).toBeLessThan(300);
  });
});
