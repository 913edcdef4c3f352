// What the build leaves for the server: Astro's request handler and the application's start, in one bundle.
import { handler as astro } from '@astrojs/node/server.js';
import { nodeDoor } from './lib/http/node-door.ts';

export { start } from './application.ts';
export const handler = nodeDoor(astro);
