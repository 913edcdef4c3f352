import { Worker } from 'node:worker_threads';
import { DataFileError } from './data-file-error.ts';

/** Reads a large data file through on another thread, while the site already answers. */
export class ReadThrough {
  /** Gives the fault found, or nothing when the file is whole or nobody waits any more. */
  readonly damage: Promise<DataFileError | undefined>;
  readonly #worker: Worker;

  constructor(path: string) {
    this.#worker = new Worker(new URL('read-through-worker.ts', import.meta.url), { workerData: path });
    // A program that has nothing else to do may end before this has.
    this.#worker.unref();
    this.damage = new Promise((resolve) => {
      this.#worker.once('message', (found: string | null) =>
        resolve(
          found === null
            ? undefined
            : new DataFileError(`The data file ${path} is damaged (${found}). It is not used any more.`),
        ),
      );
      this.#worker.once('error', (error: Error) =>
        resolve(
          new DataFileError(`The data file ${path} cannot be read (${error.message}).`, { cause: error }),
        ),
      );
      this.#worker.once('exit', () => resolve(undefined));
    });
  }

  stop(): void {
    void this.#worker.terminate();
  }
}
