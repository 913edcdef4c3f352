#!/usr/bin/env node
// @ts-check
import { writeFile } from 'node:fs/promises';
import { schemaTypes } from '../dist/schema-types.js';

const USAGE = `Usage: gatehouse-types <address of the site> [file]

Writes the types of the site's collections, for new Gatehouse<Schema>(…), to the file or to standard output.`;

const [site = '', file, ...rest] = process.argv.slice(2);
if (!/^https?:\/\//.test(site) || rest.length > 0) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  await write(`${site.replace(/\/+$/, '')}/api/openapi.json`).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

/** @param {string} source */
async function write(source) {
  const types = schemaTypes(await read(source), source);
  if (file === undefined) process.stdout.write(types);
  else await writeFile(file, types);
}

/**
 * @param {string} source
 * @returns {Promise<unknown>}
 */
async function read(source) {
  try {
    const response = await fetch(source, { redirect: 'error', signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw new Error(`${source} cannot be read: ${String(error)}`, { cause: error });
  }
}
