import { afterEach, beforeEach } from 'vitest';
import { beginRecord, endRecord, type SdkCalls } from './recorder.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** See `npm run sdk-table`. */
    sdkCalls?: SdkCalls;
  }
}

// A set-up file, since hooks of a module that test files share would be those of the first file alone.
beforeEach(beginRecord);

afterEach(async ({ task }) => {
  const calls = await endRecord();
  if (Object.keys(calls).length > 0) task.meta.sdkCalls = calls;
});
