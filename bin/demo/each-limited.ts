/**
 * Calls `run` for 0 … count − 1, at most `limit` at a time.
 * @throws the first error; calls under way are awaited before
 */
export async function eachLimited(
  count: number,
  limit: number,
  run: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < count && !failed) {
      try {
        await run(next++);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, count) }, lane));
  const broken = lanes.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
}
