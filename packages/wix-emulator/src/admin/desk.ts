import type { WixEmulator } from '../emulator.ts';
import type { Site } from '../site.ts';

/** What the admin pages work on: the emulator as anybody may use it, and its site for what only they list. */
export type Desk = Readonly<{ wix: WixEmulator; site: Site }>;
