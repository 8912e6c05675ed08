// The npm package openai, in the version that is named.
import { serve } from "./lines.mjs";

const { default: OpenAI } = await import(process.argv[2]);
const on = ({ baseURL, maxRetries }) => new OpenAI({ baseURL, apiKey: "any", maxRetries });

const calls = {
  Chat: (run, seen) => answer(seen, on(run).chat.completions.create(run.request)),
  ChatStream: (run, seen) => chunks(seen, on(run).chat.completions.create(run.request)),
  Completion: (run, seen) => answer(seen, on(run).completions.create(run.request)),
  CompletionStream: (run, seen) => chunks(seen, on(run).completions.create(run.request)),
  Embeddings: (run, seen) => answer(seen, on(run).embeddings.create(run.request)),
  Response: (run, seen) => answer(seen, on(run).responses.create(run.request)),
  ResponseStream: (run, seen) => chunks(seen, on(run).responses.create(run.request)),
  Model: (run, seen) => answer(seen, on(run).models.retrieve(run.request.model)),

  async Models(run, seen) {
    seen.models = [];
    for await (const model of on(run).models.list()) {
      seen.models.push(model);
    }
  },

  async ChatLeft(run, seen) {
    const stream = await on(run).chat.completions.create(run.request);
    seen.content = "";
    for await (const chunk of stream) {
      seen.content += chunk.choices[0]?.delta?.content ?? "";
      if (seen.content) {
        stream.controller.abort();
      }
    }
  },
};

async function answer(seen, promise) {
  const { data, request_id } = await promise.withResponse();
  seen.requestId = request_id;
  seen.answer = data;
}

async function chunks(seen, promise) {
  const { data: stream, request_id } = await promise.withResponse();
  seen.requestId = request_id;
  seen.chunks = [];
  for await (const chunk of stream) {
    seen.chunks.push(chunk);
  }
}

await serve(calls, ({ constructor, status, code, type, param, requestID, message, cause }) =>
  ({ class: constructor.name, status, code, type, param, requestId: requestID, message, cause: cause?.message }));
