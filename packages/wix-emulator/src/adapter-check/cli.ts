#!/usr/bin/env node
import { adapterCheck } from './main.ts';

process.exitCode = await adapterCheck(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});
