import { provided } from '../../provided.ts';
import type { Door } from './answer.ts';

/** Opened once by the application's start; the routes read it here. */
export const [provideExternalDatabase, externalDatabase] = provided<Door>('external database');
