import { adapterCheck } from '../packages/wix-emulator/src/adapter-check/main.ts';

/** `npm run adapter:check -- <url>`: plays Wix against an adapter and says what is wrong with it. */
process.exitCode = await adapterCheck(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});
