import { sha256 } from '#shared/sha256.ts';

// FIPS 180-2, appendix B.1.
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('is the digest of a text or of its bytes, in each encoding', () => {
  expect(sha256('abc', 'hex')).toBe(ABC);
  expect(sha256(Buffer.from('abc'), 'hex')).toBe(ABC);
  expect(sha256('abc', 'base64')).toBe(Buffer.from(ABC, 'hex').toString('base64'));
  expect(sha256('abc', 'base64url')).toBe(Buffer.from(ABC, 'hex').toString('base64url'));
});

test('takes a text as UTF-8', () => {
  expect(sha256('é😀', 'hex')).toBe(sha256(Buffer.from('é😀', 'utf8'), 'hex'));
});
