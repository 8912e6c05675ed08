// Runs one scenario with the official SDK and prints what it saw as one JSON line:
//   node scenarios.mjs SCENARIO '{"baseURL": …, "apiKey": …, "request": …}'
// A scenario that throws prints what it had seen before, and the error as the SDK shows it.
import { setTimeout } from "node:timers/promises";
import OpenAI, { toFile } from "openai";

const [name, text] = process.argv.slice(2);
const { baseURL, apiKey = "any", maxRetries = 0, request = {} } = JSON.parse(text);
const client = new OpenAI({ baseURL, apiKey, maxRetries });
const seen = {};

const scenarios = {
  chat: () => answer(client.chat.completions.create(request)),
  stream: () => chunks(client.chat.completions.create({ ...request, stream: true })),
  completion: () => answer(client.completions.create(request)),
  completionStream: () => chunks(client.completions.create({ ...request, stream: true })),
  embeddings: () => answer(client.embeddings.create(request)),
  model: () => answer(client.models.retrieve(request.model)),

  // What an administrator asks of the ledger, in OpenAI's own words.
  async usage() {
    const { usage } = new OpenAI({ baseURL, adminAPIKey: apiKey, maxRetries }).admin.organization;
    seen.usage = await usage.completions({ ...request, bucket_width: "1m", group_by: ["model", "api_key_id"], limit: 1440 });
    seen.costs = await usage.costs({ ...request, group_by: ["line_item"] });
    seen.stores = await usage.vectorStores(request);
  },

  // As set up by default, before many servers that fail at once.
  async retries() {
    const { baseURLs } = JSON.parse(text);
    const faults = await Promise.allSettled(baseURLs.map((baseURL) => new OpenAI({ baseURL, apiKey }).models.list()));
    seen.failed = faults.filter((fault) => fault.status === "rejected").length;
  },

  async models() {
    seen.models = [];
    for await (const model of client.models.list()) {
      seen.models.push(model);
    }
  },

  // Uploads lines, has them answered, and reads what came of each.
  async batch() {
    seen.file = await client.files.create({ purpose: "batch", file: await toFile(Buffer.from(request.lines), "lines.jsonl") });
    seen.batch = await client.batches.create({ input_file_id: seen.file.id, endpoint: request.endpoint, completion_window: "24h", metadata: { by: "npm" } });
    while (!["completed", "failed", "expired", "cancelled"].includes(seen.batch.status)) {
      await setTimeout(100);
      seen.batch = await client.batches.retrieve(seen.batch.id);
    }
    seen.output = await (await client.files.content(seen.batch.output_file_id)).text();
    seen.errors = seen.batch.error_file_id ? await (await client.files.content(seen.batch.error_file_id)).text() : "";
    seen.listed = [];
    for await (const batch of client.batches.list({ limit: 1 })) {
      seen.listed.push(batch.id);
    }
    seen.files = [];
    for await (const file of client.files.list({ limit: 1, purpose: "batch" })) {
      seen.files.push(file.id);
    }
    seen.deleted = await client.files.delete(seen.file.id);
  },

  // The stream as it lies on the wire: the SDK hides comments and the line that ends it.
  async wire() {
    const response = await client.chat.completions.create({ ...request, stream: true }).asResponse();
    seen.text = await response.text();
  },

  // Leaves after the first content, then stays alive until its standard input ends: who waits for the
  // disconnect sees the SDK's own, and not the end of this process.
  async abort() {
    const stream = await client.chat.completions.create({ ...request, stream: true });
    seen.content = "";
    for await (const chunk of stream) {
      seen.content += chunk.choices[0]?.delta?.content ?? "";
      if (seen.content) {
        stream.controller.abort();
      }
    }
    seen.aborted = stream.controller.signal.aborted;
    print();
    for await (const _ of process.stdin);
  },
};

async function answer(promise) {
  const { data, request_id } = await promise.withResponse();
  seen.answer = data;
  seen.requestId = request_id;
}

async function chunks(promise) {
  const { data: stream, request_id } = await promise.withResponse();
  seen.requestId = request_id;
  seen.chunks = [];
  for await (const chunk of stream) {
    seen.chunks.push(chunk);
  }
}

function print() {
  process.stdout.write(`${JSON.stringify(seen, (_, value) => (value instanceof Float32Array ? [...value] : value))}\n`);
}

try {
  await scenarios[name]();
} catch (e) {
  // The class a program would name in its `instanceof`; anything that is not the SDK's is a fault of this script.
  if (!(e instanceof OpenAI.OpenAIError)) {
    throw e;
  }
  const { status, code, type, param, requestID, message } = e;
  seen.error = { class: e.constructor.name, status, code, type, param, requestId: requestID, message };
}
if (name !== "abort" || seen.error) {
  print();
}
