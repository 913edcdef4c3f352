/** Written into the file's header, so that another program's SQLite file is recognised and left alone. */
export const APPLICATION_ID = 0x57_69_78_45;

/** Waiting for another process blocks this thread, so the wait is short. */
export const BUSY_TIMEOUT_MS = 2_000;
