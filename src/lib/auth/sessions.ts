import { provided } from '../../provided.ts';
import type { SessionStore } from './session-store.ts';

/** The one session store of this process. */
export const [provideSessions, sessions] = provided<SessionStore>('session store');
