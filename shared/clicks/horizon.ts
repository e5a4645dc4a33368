/**
 * What the horizon H is made of. A click counts as on time up to a third of H after it was made; its put is given up
 * after a sixth, may take effect within another sixth, and the clocks of consumer and reader may each be a sixth off
 * the database's: together H. So whoever reads up to `now - H` sees everything that will ever stand there.
 */
export type Horizon = {
  horizonMs: number;
  onTimeMs: number;
  abortMs: number;
  clockBoundMs: number;
};

/** @param seconds  the stack parameter HorizonSeconds as the environment gives it */
export function horizonOf(seconds: number | string): Horizon {
  const horizonMs = Number(seconds) * 1_000;
  if (!(horizonMs > 0)) throw new Error(`the horizon is ${seconds} seconds; a positive number is needed`);
  return { horizonMs, onTimeMs: horizonMs / 3, abortMs: horizonMs / 6, clockBoundMs: horizonMs / 6 };
}
