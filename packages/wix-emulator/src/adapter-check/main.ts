import type { FetchAdapter } from '../external-databases/transport.ts';
import { checkAdapter } from './check.ts';
import { readOptions, USAGE, UsageError } from './options.ts';
import { textOf } from './report.ts';

type Output = Readonly<{ out: (text: string) => void; error: (text: string) => void }>;

/** `npm run adapter:check`: gives the exit code. 0 all right, 1 something wrong, 2 not checked. */
export async function adapterCheck(
  args: readonly string[],
  { out, error }: Output,
  fetchAdapter?: FetchAdapter,
): Promise<0 | 1 | 2> {
  try {
    const options = readOptions(args);
    if (!options) {
      out(USAGE);
      return 0;
    }
    const { json, ...check } = options;
    const checked = await checkAdapter(check, fetchAdapter);
    out(json ? `${JSON.stringify(checked, null, 2)}\n` : textOf(checked.findings));
    if (!checked.isReached) return 2;
    return checked.isRight ? 0 : 1;
  } catch (failure) {
    if (!(failure instanceof UsageError)) throw failure;
    error(`adapter:check: ${failure.message}\n\n${USAGE}`);
    return 2;
  }
}
