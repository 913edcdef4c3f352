import { randomUUID } from 'node:crypto';
import type { Collection, Collections } from '../collections/store.ts';
import { WixError } from '../http/errors.ts';
import { isBusy } from '../store/busy.ts';
import type { Store } from '../store/store.ts';
import { applyPatch } from './patch.ts';
import type { Items, Writer } from './store.ts';
import type { Filter } from './reads.ts';
import type { FieldModification } from './write-schema.ts';

type JobStatus = 'INITIALIZED' | 'PROCESSING' | 'SUCCEEDED' | 'FAILED';

/** What a job is to do to the items a filter matches, as it is kept in the data file. */
export type JobRequest = Readonly<{
  collectionId: string;
  filter: Filter;
  /** Set when only the writer's own rows are in reach. */
  ownedBy?: string;
  writer: Writer;
  change: { remove: true } | { modifications: readonly FieldModification[] };
}>;

type Row = {
  id: string;
  status: JobStatus;
  request: string;
  reached: string;
  succeeded: number;
  failed: number;
};

export type Job = Readonly<{ status: JobStatus; startedBy: string; succeeded: number }>;

/** How many items one transaction changes: long enough to be quick, short enough to let requests in between. */
const CHUNK = 100;

/** Another process held the data file; it is asked again after this long. */
const BUSY_PAUSE_MS = 100;

/**
 * Changes to all items a filter matches, made after the request that asked for them was answered. Each chunk is
 * one transaction that also notes how far it got, so a job neither skips nor repeats an item when the process
 * ends in between, or when two processes on one data file work on it at once.
 */
export class AsyncJobs {
  readonly #store: Store;
  readonly #collections: Collections;
  readonly #items: Items;
  readonly #turns = new Map<string, NodeJS.Immediate | NodeJS.Timeout>();

  constructor(store: Store, collections: Collections, items: Items) {
    this.#store = store;
    this.#collections = collections;
    this.#items = items;
  }

  start(request: JobRequest): string {
    const id = randomUUID();
    this.#store.run(
      "INSERT INTO async_jobs (id, status, request, reached, succeeded, failed) VALUES (?, 'INITIALIZED', ?, '', 0, 0)",
      id,
      JSON.stringify(request),
    );
    this.#goOn(id);
    return id;
  }

  find(id: string): Job | undefined {
    const row = this.#row(id);
    return (
      row && {
        status: row.status,
        startedBy: (JSON.parse(row.request) as JobRequest).writer.id,
        succeeded: row.succeeded,
      }
    );
  }

  /** Goes on with what was under way when the data file was last closed. */
  resume(): void {
    const sql = "SELECT id FROM async_jobs WHERE status IN ('INITIALIZED', 'PROCESSING')";
    for (const { id } of this.#store.all<{ id: string }>(sql)) this.#goOn(id);
  }

  /** Leaves the rest to the next start. */
  stop(): void {
    for (const turn of this.#turns.values()) {
      clearImmediate(turn as NodeJS.Immediate);
      clearTimeout(turn as NodeJS.Timeout);
    }
    this.#turns.clear();
  }

  /** Between chunks, requests have their turn. */
  #goOn(id: string): void {
    if (this.#turns.has(id)) return;
    this.#turns.set(
      id,
      setImmediate(() => this.#takeTurn(id)),
    );
  }

  #takeTurn(id: string): void {
    this.#turns.delete(id);
    try {
      if (this.#store.write(() => this.#workOn(id)) === 'more') this.#goOn(id);
    } catch (error) {
      // A job that stumbles over a fault of ours ends here, or it would stumble again at every start.
      if (!isBusy(error)) return this.#giveUp(id);
      this.#later(id, () => this.#takeTurn(id));
    }
  }

  #giveUp(id: string): void {
    this.#turns.delete(id);
    try {
      this.#fail(id);
    } catch (error) {
      // A file that cannot be written is for its callers to report, not for a timer: the next start sees the job again.
      if (isBusy(error)) this.#later(id, () => this.#giveUp(id));
    }
  }

  #later(id: string, turn: () => void): void {
    this.#turns.set(id, setTimeout(turn, BUSY_PAUSE_MS));
  }

  /** One chunk, inside its transaction. */
  #workOn(id: string): 'more' | 'done' {
    const row = this.#row(id);
    // Gone with a reset, or finished by another process.
    if (!row || row.status === 'SUCCEEDED' || row.status === 'FAILED') return 'done';
    const request = JSON.parse(row.request) as JobRequest;
    const collection = this.#collections.find(request.collectionId);
    if (!collection) {
      this.#fail(id);
      return 'done';
    }
    const ids = this.#nextIds(collection, request, row.reached);
    const applied = ids.filter((item) => this.#apply(collection, request, item)).length;
    const succeeded = row.succeeded + applied;
    const failed = row.failed + ids.length - applied;
    const reached = ids.at(-1) ?? row.reached;
    const isOver = ids.length < CHUNK;
    const status = isOver ? (failed > 0 ? 'FAILED' : 'SUCCEEDED') : 'PROCESSING';
    this.#note({ ...row, status, reached, succeeded, failed });
    return isOver ? 'done' : 'more';
  }

  #nextIds(collection: Collection, { filter, ownedBy }: JobRequest, reached: string): string[] {
    const where = this.#items.where(collection, filter, ownedBy);
    const text = `SELECT id FROM items WHERE ${where.text} AND id > ? ORDER BY id LIMIT ${CHUNK}`;
    const statement = { text, values: [...where.values, reached] };
    return this.#items.all<{ id: string }>(statement, true).map(({ id }) => id);
  }

  /** Whether the item could be changed; one that could not is left as it is. */
  #apply(collection: Collection, { change, writer }: JobRequest, id: string): boolean {
    try {
      this.#store.attempt(() =>
        'remove' in change
          ? this.#items.remove(collection, id, writer)
          : this.#items.update(collection, id, (stored) => applyPatch(stored, change.modifications), writer),
      );
      return true;
    } catch (error) {
      if (error instanceof WixError) return false;
      throw error;
    }
  }

  #fail(id: string): void {
    this.#store.run("UPDATE async_jobs SET status = 'FAILED' WHERE id = ?", id);
  }

  #row(id: string): Row | undefined {
    return this.#store.get<Row>('SELECT * FROM async_jobs WHERE id = ?', id);
  }

  #note({ id, status, reached, succeeded, failed }: Row): void {
    this.#store.run(
      'UPDATE async_jobs SET status = ?, reached = ?, succeeded = ?, failed = ? WHERE id = ?',
      status,
      reached,
      succeeded,
      failed,
      id,
    );
  }
}
