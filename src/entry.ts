// What the build leaves for the server: Astro's request handler and the application's start, in one bundle.
export { handler } from '@astrojs/node/server.js';
export { start } from './application.ts';
