import { defineConfig } from 'vitest/config';
import { isolate } from './scripts/environment.mjs';

isolate();

/** The tests that mutants of `npm run mutate` have to fail. */
export default defineConfig({
  test: {
    setupFiles: ['tests/fixed-seed.ts'],
    include: [
      'src/lib/policy/*.test.ts',
      'src/lib/wix/{elevated,operations,granted-rows,read-operations,write-operations,bulk,keyset}.test.ts',
      'src/lib/auth/{token,credential,authenticate,scope}.test.ts',
      'src/lib/data-api/{cursor,items-query}.test.ts',
    ],
  },
});
