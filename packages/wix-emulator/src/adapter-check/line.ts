import { postToAdapter } from '../external-databases/transport.ts';
import type { AdapterAnswer, FetchAdapter } from '../external-databases/transport.ts';
import { expectThat, Wrong } from './report.ts';

/** Longer than Wix is believed to wait, so that an answer that is too late is told from none. */
const TIMEOUT_MS = 15_000;
const SLOW_MS = 10_000;

/** The connection to the adapter under check, which remembers every failure that came over it. */
export class Line {
  readonly failures: { path: string; text: string }[] = [];
  slowestMs = 0;
  readonly #url: string;
  readonly #fetchAdapter: FetchAdapter;

  constructor(url: string, fetchAdapter: FetchAdapter) {
    this.#url = url;
    this.#fetchAdapter = fetchAdapter;
  }

  readonly post = async (path: string, text: string, contentType: string): Promise<AdapterAnswer> => {
    const started = performance.now();
    let said = '';
    const listening: FetchAdapter = async (request) => {
      const response = await this.#fetchAdapter(request);
      if (response.status !== 200) said = await response.clone().text();
      return response;
    };
    const connection = { name: 'adapter', connectionType: 'STANDALONE', endpoint: this.#url } as const;
    const surroundings = { fetchAdapter: listening, timeoutMs: TIMEOUT_MS };
    try {
      return await postToAdapter(connection, path, { text, contentType }, surroundings);
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - started);
      if (said !== '') this.failures.push({ path, text: said });
    }
  };

  /** Wix waits ten seconds for an answer here; what comes later has come too late. */
  expectQuick(): void {
    expectThat(this.slowestMs < SLOW_MS, `an answer took ${Math.round(this.slowestMs)} ms`);
  }

  /** What a database says of itself belongs into the log of the adapter. */
  expectNoInsides(): void {
    for (const { path, text } of this.failures) {
      const found = INSIDES.exec(text);
      if (found) throw new Wrong(`${path} answered with ${JSON.stringify(found[0])}: ${text.slice(0, 200)}`);
    }
  }
}

const INSIDES =
  /\b(select\s.+\sfrom\s|insert\s+into\s|delete\s+from\s|update\s.+\sset\s|sqlite_\w+|sqlstate|syntax error|no such (table|column)|relation "[^"]*"|column "[^"]*" does not exist|pg_\w+)|\s+at .+\.[cm]?[jt]s:\d+/i;
