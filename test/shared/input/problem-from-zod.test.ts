import * as z from 'zod';
import { issueInWords } from '#shared/input/issue-in-words.ts';
import { problemFromZod, type RefusalOptions } from '#shared/input/problem-from-zod.ts';

const schema = z
  .strictObject({
    name: z.string().max(200).optional(),
    password: z.string().max(3).optional(),
    items: z.array(z.strictObject({ url: z.string() })).optional(),
    code: z.union([z.literal(302), z.literal(301)]).optional(),
    day: z.iso.date().optional(),
    slug: z.string().regex(/^\w+$/).optional(),
    params: z.record(z.string().min(1), z.string()).optional(),
    choice: z.union([z.literal('effective'), z.strictObject({ type: z.literal('preset') })]).optional(),
  })
  .refine(({ name }) => name !== 'x', { path: ['name'], message: 'contradicts the rest' });

const problem = (input: unknown, options: RefusalOptions = { where: 'body' }) =>
  problemFromZod(schema.safeParse(input, { reportInput: true, error: issueInWords() }).error!, options);

describe('a refusal by a schema', () => {
  test.each([
    [{ name: 1 }, 'name', /expected string.*; got 1$/],
    [{ items: [{ url: 'a' }, { url: null }] }, 'items[1].url', /expected string.*; got null$/],
    [{ params: { '': 'a' } }, 'params.', /its name does not fit: it must have at least 1 characters/],
    // Misspelled, a name is also why another one is missing.
    [{ items: [{ ulr: 'a' }] }, 'items[0].ulr', /"ulr" is not known; allowed: url$/],
    [{ items: [{ url: 'a', extra: 1 }] }, 'items[0].extra', /"extra" is not known; allowed: url$/],
    [{ choice: { type: 'presets' } }, 'choice.type', /"preset"; got "presets"$/],
    [{ code: 307 }, 'code', /it must be 302 or 301; got 307$/],
    [{ day: 'tomorrow' }, 'day', /it must be an existing day, such as 2026-12-31; got "tomorrow"$/],
    [{ slug: 'a b' }, 'slug', /it does not have the form that it must have; got "a b"$/],
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

  test('quotes nothing of an input that may hold secrets, and no member of what is composed', () => {
    const secret = { where: 'body', secret: true };
    expect(problem({ name: ['hunter2'] }).message).toMatch(/got an array of 1$/);
    expect(problem({ items: [{ url: { password: 'hunter2' } }] }).message).toMatch(/got an object$/);
    for (const input of ['hunter2', ['hunter2'], { slug: 'hunter 2' }, { choice: 'hunter2' }]) {
      expect(problem(input, secret).message).not.toContain('hunter');
    }
  });

  test('does not grow with the request', () => {
    const unknown = Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`field${n}`, n]));
    expect(problem(unknown).message).toMatch(
      /"field0", "field1", "field2" and 79,997 more are not known; allowed: name, password, /,
    );
    const long = 'y'.repeat(100_000);
    for (const input of [{ [long]: 1 }, { params: { [long]: 1 } }, { name: [[long]] }, { choice: long }]) {
      expect(JSON.stringify({ ...problem(input), message: problem(input).message }).length).toBeLessThan(800);
    }
  });
});
