import type { Readable } from 'node:stream';

/** Hands on what a stream carries line by line, however it was cut into chunks; the last one needs no newline. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  let unfinished = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (unfinished + chunk).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (unfinished) take(unfinished);
  });
}
