import { Problem } from '../http/problem.ts';

/** `null` when Wix said no. An outage goes on: it says nothing about what was asked. */
export async function unlessRefused<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.code === 'wix-refused') return null;
    throw error;
  }
}
