#!/usr/bin/env node
// A client that needs nothing but Node: client.mjs chat TEXT | stream TEXT | models | embed TEXT
import process from "node:process";

const env = process.env;
const baseUrl = (env.OPENAI_BASE_URL ?? "http://127.0.0.1:8000/v1").replace(/\/+$/, "");
const chatModel = env.CHAT_MODEL ?? "switchboard-tiny";
const embeddingModel = env.EMBEDDING_MODEL ?? "switchboard-tiny-embed";
const maxRetries = Number(env.OPENAI_MAX_RETRIES ?? 2);

// What the API says is wrong. In a stream that began well there is no status.
class ApiError extends Error {
  constructor(status, error, requestId) {
    super(`${status ?? "-"} ${error.type ?? "-"} ${error.code ?? "-"}: ${error.message} (request ${requestId ?? "-"})`);
    Object.assign(this, { status, type: error.type, code: error.code, requestId });
  }
}

// The answer of one call, which is tried again where that can help.
async function send(method, path, body) {
  const headers = { authorization: `Bearer ${env.OPENAI_API_KEY ?? "any"}`, ...(body && { "content-type": "application/json" }) };
  for (let attempt = 0; ; attempt++) {
    let response;
    try {
      response = await fetch(baseUrl + path, { method, headers, body: body && JSON.stringify(body) });
    } catch (fault) {
      if (attempt >= maxRetries) {
        throw fault;
      }
      await pause(attempt);
      continue;
    }
    if (response.ok) {
      return response;
    }
    if (attempt >= maxRetries || !([408, 409, 429].includes(response.status) || response.status >= 500)) {
      throw await errorOf(response);
    }
    await response.body?.cancel();
    await pause(attempt, response.headers);
  }
}

// As long as the server asks for, or else twice as long each time, and never exactly.
function pause(attempt, headers) {
  const asked = [["retry-after-ms", 1], ["retry-after", 1000]]
    .filter(([name]) => headers?.has(name))
    .map(([name, unit]) => Number(headers.get(name)) * unit)
    .find(Number.isFinite);
  const own = Math.min(500 * 2 ** attempt, 8000) * (0.75 + Math.random() / 4);
  return new Promise((resolve) => setTimeout(resolve, asked ?? own));
}

async function errorOf(response) {
  const text = await response.text();
  let error;
  try {
    ({ error } = JSON.parse(text));
  } catch {
    // A page of a proxy, say.
  }
  return new ApiError(response.status, error ?? { message: text.slice(0, 200) }, response.headers.get("x-request-id"));
}

// The data of each event: lines of data up to a blank line, wherever the network cuts them. Other fields are passed over.
async function* events(response) {
  let rest = "";
  let data = [];
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines.map((one) => one.replace(/\r$/, ""))) {
      if (line.startsWith("data:")) {
        data.push(line.slice(5).replace(/^ /, ""));
      } else if (line === "" && data.length > 0) {
        yield data.join("\n");
        data = [];
      }
    }
  }
}

const commands = {
  async chat(text) {
    const response = await send("POST", "/chat/completions", { model: chatModel, messages: [{ role: "user", content: text }] });
    console.log((await response.json()).choices[0].message.content);
  },

  async stream(text) {
    const response = await send("POST", "/chat/completions", { model: chatModel, messages: [{ role: "user", content: text }], stream: true });
    for await (const data of events(response)) {
      if (data === "[DONE]") {
        console.log();
        return;
      }
      const chunk = JSON.parse(data);
      if (chunk.error) {
        throw new ApiError(undefined, chunk.error, response.headers.get("x-request-id"));
      }
      process.stdout.write(chunk.choices.map((choice) => choice.delta.content ?? "").join(""));
    }
    throw new Error("The stream ended too early.");
  },

  async models() {
    for (const model of (await (await send("GET", "/models")).json()).data) {
      console.log(model.id);
    }
  },

  async embed(text) {
    const response = await send("POST", "/embeddings", { model: embeddingModel, input: text });
    const vector = (await response.json()).data[0].embedding;
    console.log(vector.length, "numbers:", ...vector.slice(0, 3), "...");
  },
};

const [command, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, command ?? "") || rest.length !== (command === "models" ? 0 : 1)) {
  console.error("client.mjs chat TEXT | stream TEXT | models | embed TEXT");
  process.exitCode = 1;
} else {
  await commands[command](...rest).catch((fault) => {
    console.error(fault.message);
    process.exitCode = 1;
  });
}
