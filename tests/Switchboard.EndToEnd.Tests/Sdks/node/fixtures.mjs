// Asks for chat completions one after the other with the official SDK, and prints what it saw of each as one JSON line:
//   node fixtures.mjs completions '{"baseURL": …, "calls": [{"model": …, "stream": true}, …]}'
// Streams are folded by the SDK's own helper, as a program would.
import OpenAI from "openai";

const { baseURL, calls } = JSON.parse(process.argv[3]);
const client = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
const messages = [{ role: "user", content: "Hi" }];

for (const { model, stream } of calls) {
  const seen = {};
  try {
    const completion = stream
      ? await client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } }).finalChatCompletion()
      : await client.chat.completions.create({ model, messages });
    seen.completion = completion;
  } catch (e) {
    seen.error = `${e.constructor.name}: ${e.message}`;
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}
