import { type Agent, parseUserAgent, readPartOf } from '#shared/clicks/capture/user-agent.ts';
import { Recent } from './recent.ts';

/** parseUserAgent with a memory: a few thousand agents make up nearly all visits, and parsing one is slow. */
export function agentParser(remembered: number): typeof parseUserAgent {
  const known = new Recent<Agent>(remembered);
  return (agent) => {
    const text = readPartOf(agent);
    const found = known.get(text) ?? parseUserAgent(text);
    known.set(text, found);
    return found;
  };
}
