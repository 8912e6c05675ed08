// No package: node's own fetch, and the bytes that come.
import { serve } from "./lines.mjs";

const calls = {
  Chat: whole("chat/completions"),
  ChatStream: stream("chat/completions"),
  Completion: whole("completions"),
  CompletionStream: stream("completions"),
  Embeddings: whole("embeddings"),
  Response: whole("responses"),
  ResponseStream: stream("responses"),
  Models: ({ baseURL }, seen) => whole("models")({ baseURL }, seen),
  Model: ({ baseURL, request }, seen) => whole(`models/${request.model}`)({ baseURL }, seen),

  async ChatLeft(run, seen) {
    const leaving = new AbortController();
    const response = await send("chat/completions", run, seen, leaving.signal);
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      seen.content = (seen.content ?? "") + piece;
      if (seen.content.includes("Once")) {
        leaving.abort();
        return;
      }
    }
  },
};

function whole(path) {
  return async (run, seen) => {
    const response = await send(path, run, seen);
    seen.body = await response.text();
  };
}

function stream(path) {
  return async (run, seen) => {
    const response = await send(path, run, seen);
    seen.body = "";
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      seen.body += piece;
    }
  };
}

async function send(path, { baseURL, request }, seen, signal) {
  const response = await fetch(`${baseURL}/${path}`, {
    method: request ? "POST" : "GET",
    headers: { authorization: "Bearer any", ...(request && { "content-type": "application/json" }) },
    body: request && JSON.stringify(request),
    signal,
  });
  seen.status = response.status;
  seen.headers = Object.fromEntries(response.headers);
  return response;
}

await serve(calls, ({ message, cause }) => ({ message, cause: cause?.message }));
