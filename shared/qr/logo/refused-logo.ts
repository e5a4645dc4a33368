import { Problem } from '../../problem.ts';

/** @param fault  what is wrong with the logo, what was got, what is allowed */
export const refusedLogo = (fault: string, cause?: unknown): Problem =>
  new Problem('invalid_style', `the logo is not taken: ${fault}`, { field: 'logo', cause });

/** The refusal of an image whose bytes are not those of a whole, still image of its type. */
export const damaged = (type: string, fault: string): Problem =>
  refusedLogo(`it is no ${type} that can be used: ${fault}`);
