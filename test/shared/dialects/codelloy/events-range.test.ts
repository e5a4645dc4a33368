import { eventsRange } from '#shared/dialects/codelloy/events-range.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const enterprise = { plan: 'enterprise' } as const;

describe('the range of an events request', () => {
  test.each([
    [{ from: '2026-01-01' }, /both required/],
    [{ to: '2026-01-01' }, /both required/],
    [{ from: '2026-02-30', to: '2026-03-01' }, /from must be.*2026-02-30/],
    [{ from: '2026-01-01T00:00:00', to: '2026-01-02' }, /offset/],
    [{ from: 'yesterday', to: '2026-01-02' }, /yesterday/],
    [{ from: '2026-01-03', to: '2026-01-02' }, /after/],
    [{ from: '0000-12-31', to: '2026-01-02' }, /years 1 to 9999.*got 0000-12-31/],
    [{ from: '2026-01-01', to: '9999-12-31T23:59:59-00:01' }, /years 1 to 9999/],
  ])('%j is refused', (query, message) => {
    expect(() => eventsRange(query, enterprise, now)).toThrow(message);
  });

  test('of dates covers both days whole', () => {
    expect(eventsRange({ from: '2026-06-01', to: '2026-06-02' }, enterprise, now)).toEqual({
      fromMs: Date.parse('2026-06-01T00:00:00.000Z'),
      toMs: Date.parse('2026-06-02T23:59:59.999Z'),
    });
  });

  test('of instants is taken to the millisecond, with any offset', () => {
    expect(
      eventsRange({ from: '2026-06-01T02:00:00+02:00', to: '2026-06-01T00:00:00.500Z' }, enterprise, now),
    ).toEqual({
      fromMs: Date.parse('2026-06-01T00:00:00.000Z'),
      toMs: Date.parse('2026-06-01T00:00:00.500Z'),
    });
  });

  test('takes the first years as they are written', () => {
    const { toMs } = eventsRange({ from: '0001-01-01', to: '0001-12-31' }, enterprise, now);
    expect(new Date(toMs).toISOString()).toBe('0001-12-31T23:59:59.999Z');
  });

  test('begins where the plan begins to keep clicks', () => {
    const { fromMs } = eventsRange({ from: '2026-01-01', to: '2026-06-15' }, { plan: 'free' }, now);
    expect(new Date(fromMs).toISOString()).toBe('2026-06-08T12:00:00.000Z');
  });
});
