// A client of the conformance suite: each line of standard input is a run, each line of output what it saw.
import { createInterface } from "node:readline";

export async function serve(calls, describe) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, call, ...run } = JSON.parse(line);
    const seen = {};
    try {
      await calls[call](run, seen);
    } catch (e) {
      seen.error = describe(e);
    }
    process.stdout.write(`${JSON.stringify({ id, seen }, plain)}\n`);
  }
}

function plain(_, value) {
  return value instanceof Float32Array ? [...value] : value;
}
