// Runs one scenario with the official SDK of another dialect and prints what it saw as one JSON line:
//   node surfaces.mjs SCENARIO '{"baseURL": …, "request": …}'
// A scenario that throws prints what it had seen before, and the error as the SDK shows it.
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";

const [name, text] = process.argv.slice(2);
const { baseURL, request = {}, second } = JSON.parse(text);
const origin = new URL(baseURL).origin;
const anthropic = new Anthropic({ baseURL: origin, apiKey: "sk-of-the-caller", maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: "sk-of-the-caller", httpOptions: { baseUrl: origin } });
const seen = {};

const scenarios = {
  async "anthropic.create"() {
    const { data, request_id } = await anthropic.messages.create(request).withResponse();
    seen.answer = data;
    seen.requestId = request_id;
  },

  async "anthropic.stream"() {
    const stream = anthropic.messages.stream(request);
    seen.events = [];
    seen.texts = [];
    stream.on("streamEvent", (event) => seen.events.push(event.type));
    stream.on("text", (piece) => seen.texts.push(piece));
    seen.answer = await stream.finalMessage();
  },

  // A call of a tool, its answer, and what the model makes of it.
  async "anthropic.tools"() {
    const first = await anthropic.messages.stream(request).finalMessage();
    seen.first = first;
    const results = first.content.filter((block) => block.type === "tool_use").map((block) => ({ type: "tool_result", tool_use_id: block.id, content: `${block.input.city}: sunny` }));
    seen.answer = await anthropic.messages.create({
      ...request,
      messages: [...request.messages, { role: "assistant", content: first.content }, { role: "user", content: results }],
    });
  },

  async "anthropic.count"() {
    seen.answer = await anthropic.messages.countTokens(request);
  },

  async "anthropic.models"() {
    seen.models = [];
    for await (const model of anthropic.models.list()) {
      seen.models.push(model);
    }
    seen.model = await anthropic.models.retrieve(seen.models[0].id);
  },

  async "google.create"() {
    const answer = await google.models.generateContent(request);
    seen.text = answer.text;
    seen.usage = answer.usageMetadata;
    seen.finish = answer.candidates[0].finishReason;
  },

  async "google.stream"() {
    seen.texts = [];
    for await (const chunk of await google.models.generateContentStream(request)) {
      seen.texts.push(chunk.text ?? "");
      seen.finish = chunk.candidates?.[0]?.finishReason ?? seen.finish;
      seen.usage = chunk.usageMetadata ?? seen.usage;
    }
  },

  async "google.tools"() {
    const first = await google.models.generateContent(request);
    seen.calls = first.functionCalls;
    const parts = first.functionCalls.map((call) => ({ functionResponse: { id: call.id, name: call.name, response: { weather: "sunny" } } }));
    const answer = await google.models.generateContent({
      ...request,
      contents: [...request.contents, first.candidates[0].content, { role: "user", parts }],
    });
    seen.text = answer.text;
  },

  async "google.chat"() {
    const chat = google.chats.create({ model: request.model });
    seen.first = (await chat.sendMessage({ message: request.contents })).text;
    seen.second = (await chat.sendMessage({ message: second })).text;
  },

  async "google.count"() {
    seen.answer = await google.models.countTokens(request);
  },

  async "google.embed"() {
    seen.answer = await google.models.embedContent(request);
  },

  async "google.models"() {
    seen.models = [];
    for await (const model of await google.models.list()) {
      seen.models.push(model);
    }
    seen.model = await google.models.get({ model: seen.models[0].name });
  },
};

try {
  await scenarios[name]();
} catch (error) {
  seen.error = {
    class: error.constructor.name,
    name: error.name,
    status: error.status ?? null,
    type: error.error?.error?.type ?? null,
    message: error.message,
    requestId: error.requestID ?? null,
  };
}
console.log(JSON.stringify(seen));
