/** Where the stack is and how to call it. */
export type Target = {
  apiUrl: string;
  shortUrl: string;
  apiKey: string;
  domainId: string;
  workspaceId: string;
};

/** A JSON call to the API. @throws Error with the answer in it when the status is not 2xx */
export async function call<T>(target: Target, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(new URL(path, target.apiUrl), {
    method,
    headers: {
      authorization: `Bearer ${target.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

/**
 * Asks again until `ready` accepts the answer.
 * @throws Error with the last answer in it when `timeoutMs` have passed
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  ready: (answer: T) => boolean,
  timeoutMs: number,
): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (ready(answer)) return answer;
    if (performance.now() > giveUpAt)
      throw new Error(`${what}: not within ${timeoutMs / 1000} s; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
