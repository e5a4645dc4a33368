import { linkView } from '#shared/links/link-view.ts';
import { aLink } from '#test/support/links.ts';

const NOW = 1_900_000_000_000;
const view = (members: Parameters<typeof aLink>[0] = {}) =>
  linkView(aLink(members), { shortOrigin: 'http://{domain}:3001', nowMs: NOW, clicks: 7 });

test('the members stand in the order of the contract, and the password is not among them', () => {
  const shown = view({ passwordHash: '$argon2id$secret' });
  expect(Object.keys(shown).join(' ')).toBe(
    'url_id account_id domain_id domain short_code short_url destination_url title utm custom_query_params space ' +
      'tags type status expires_at password_protected redirect_status_code pass_click_id forward_query routing_rules qr ' +
      'clicks created_at updated_at',
  );
  expect(shown.password_protected).toBe(true);
  expect(JSON.stringify(shown)).not.toContain('argon2');
});

test('expired wins over disabled, from the very instant on', () => {
  const status = (expiresAtMs: number | null) => view({ status: 'disabled', expiresAtMs }).status;
  expect([status(null), status(NOW + 1), status(NOW)]).toEqual(['disabled', 'disabled', 'expired']);
  expect(view({ expiresAtMs: NOW + 1 }).status).toBe('active');
});

test('times are ISO 8601 in UTC with milliseconds, and the short URL follows its pattern', () => {
  expect(view({ expiresAtMs: NOW, createdAtMs: 0, updatedAtMs: 1, shortCode: 'spring' })).toMatchObject({
    expires_at: '2030-03-17T17:46:40.000Z',
    created_at: '1970-01-01T00:00:00.000Z',
    updated_at: '1970-01-01T00:00:00.001Z',
    short_url: 'http://links.example.com:3001/spring',
    clicks: 7,
  });
});

test('the QR state takes the names of the API', () => {
  const presetId = '55555555-5555-5555-5555-555555555555';
  expect(view({ qr: { presetId, style: null } }).qr).toEqual({ preset_id: presetId, style: null });
});
