import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 1 << 16;

/** The lines of a file without their breaks, read as they are asked for: a state may be larger than memory. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, read))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    rest += decoder.end();
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

/** Writes a new file, for its owner's eyes only; never over one that is there. */
export function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    let waiting = '';
    for (const line of lines) {
      waiting += line;
      if (waiting.length < CHUNK_BYTES) continue;
      writeSync(file, waiting);
      waiting = '';
    }
    writeSync(file, waiting);
  } finally {
    closeSync(file);
  }
}
