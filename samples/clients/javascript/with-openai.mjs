#!/usr/bin/env node
// A client with the package openai (npm ci): with-openai.mjs chat TEXT | stream TEXT | models | embed TEXT
import process from "node:process";
import OpenAI from "openai";

const env = process.env;
const chatModel = env.CHAT_MODEL ?? "switchboard-tiny";
const embeddingModel = env.EMBEDDING_MODEL ?? "switchboard-tiny-embed";

// The package tries again by itself, and waits as long as the server asks for.
const client = new OpenAI({
  baseURL: env.OPENAI_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: env.OPENAI_API_KEY ?? "any",
  maxRetries: Number(env.OPENAI_MAX_RETRIES ?? 2),
});

const commands = {
  async chat(text) {
    const answer = await client.chat.completions.create({ model: chatModel, messages: [{ role: "user", content: text }] });
    console.log(answer.choices[0].message.content);
  },

  async stream(text) {
    const stream = await client.chat.completions.create({ model: chatModel, messages: [{ role: "user", content: text }], stream: true });
    for await (const chunk of stream) {
      process.stdout.write(chunk.choices.map((choice) => choice.delta.content ?? "").join(""));
    }
    console.log();
  },

  async models() {
    for await (const model of client.models.list()) {
      console.log(model.id);
    }
  },

  async embed(text) {
    const vector = (await client.embeddings.create({ model: embeddingModel, input: text })).data[0].embedding;
    console.log(vector.length, "numbers:", ...vector.slice(0, 3), "...");
  },
};

const [command, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, command ?? "") || rest.length !== (command === "models" ? 0 : 1)) {
  console.error("with-openai.mjs chat TEXT | stream TEXT | models | embed TEXT");
  process.exitCode = 1;
} else {
  await commands[command](...rest).catch((fault) => {
    const { status, type, code, error, requestID } = fault;
    console.error(`${status ?? "-"} ${type ?? "-"} ${code ?? "-"}: ${error?.message ?? fault.message} (request ${requestID ?? "-"})`);
    process.exitCode = 1;
  });
}
