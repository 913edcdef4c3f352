// @ts-check
import { leave, start, toolEnvironment, whenToldToStop } from './processes.mjs';
import { setupOrExit } from './setup.mjs';

/** `npm run dev`: Astro's development server, with the host and port that `npm start` would take. */

whenToldToStop(() => leave(0));

await setupOrExit();

const { HOST: host = 'localhost', PORT: port = '4321' } = process.env;
const args = ['dev', '--host', host, '--port', port, ...process.argv.slice(2)];
const env = { ...toolEnvironment(), ASTRO_TELEMETRY_DISABLED: '1' };

start('astro', args, { env, stdio: 'inherit' }).on('exit', (code) => void leave(code ?? 1));
