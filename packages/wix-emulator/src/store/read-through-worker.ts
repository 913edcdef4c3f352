import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { damageOf } from './inspect.ts';
import { addTextFunctions } from './text-functions.ts';

/** The other thread of `ReadThrough`. */
const db = new Database(workerData as string, { readonly: true, fileMustExist: true });
addTextFunctions(db);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin, only a window's has
parentPort?.postMessage(damageOf(db) ?? null);
db.close();
