import { defineConfig } from 'vitest/config';
import { isolate } from './scripts/environment.mjs';

isolate();

/** The tests that have to notice a mutant: those beside the modules that stryker.config.mjs names. */
export default defineConfig({
  test: {
    // Loading zod and the SDK anew for each file would take most of the time of each mutant.
    isolate: false,
    setupFiles: ['tests/fixed-seed.ts'],
    include: [
      'src/lib/policy/*.test.ts',
      'src/lib/wix/{elevated*,operations,granted-rows,*-operations,bulk,keyset}.test.ts',
      'src/lib/auth/{token,credential,authenticate,scope*}.test.ts',
      'src/lib/data-api/{cursor,items-query}.test.ts',
    ],
  },
});
