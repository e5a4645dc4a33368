import { transformSync } from 'esbuild';

/** Jest transform: TypeScript to ESM, one file at a time; types are `npm run typecheck`'s business. */
export default {
  process: (source, file) =>
    transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node24',
      sourcefile: file,
      sourcemap: 'inline',
    }),
};
