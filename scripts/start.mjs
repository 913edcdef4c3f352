// @ts-check
import { build } from './build.mjs';
import { leave, start, whenToldToStop } from './processes.mjs';
import { setupOrExit } from './setup.mjs';

/** `npm start`: installs and builds what is missing, then serves until told to stop. */

const GRACE = 30_000;

let stop = (/** @type {NodeJS.Signals} */ _signal) => void leave(1);
whenToldToStop((signal) => stop(signal));

await setupOrExit();
if (!(await build())) process.exit(1);

// A session of its own, so that Ctrl-C reaches it once, through us. The channel tells it when we are gone.
const server = start('node', ['server/main.ts', ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  detached: true,
});

stop = (signal) => {
  // It finishes the requests under way; only one that hangs is made to stop.
  server.kill(signal);
  setTimeout(() => server.kill('SIGKILL'), GRACE).unref();
};

server.on('exit', (code, signal) => {
  if (signal) console.error(`gatehouse: the server was ended by ${signal}.`);
  void leave(code ?? 1);
});
