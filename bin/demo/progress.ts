/** Says how far something is: one line that rewrites itself on a terminal, a line per step elsewhere. */
export type Progress = { at(done: number): void; end(note?: string): void };

/** A progress line for `total` steps of what `label` names. */
export function progress(label: string, total: number, out: NodeJS.WriteStream = process.stdout): Progress {
  const startedAt = performance.now();
  const line = (done: number) => `${label.padEnd(28)} ${String(done).padStart(6)} / ${total}`;
  let shown = -1;
  return {
    at(done) {
      const percent = Math.floor((done / total) * 100);
      if (!out.isTTY || percent === shown) return;
      shown = percent;
      out.write(`\r${line(done)}`);
    },
    end(note = '') {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      out.write(`${out.isTTY ? '\r' : ''}${line(total)}  ${seconds.padStart(5)} s  ${note}\n`);
    },
  };
}
