// The Responses API with the npm packages openai, ai and @ai-sdk/openai; runs one scenario and prints what it saw:
//   node responses.mjs SCENARIO '{"baseURL": …, "model": …}'
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

const [name, text] = process.argv.slice(2);
const { baseURL, model } = JSON.parse(text);
const client = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
const ai = createOpenAI({ baseURL, apiKey: "any" }).responses(model);
const seen = {};

const weather = {
  type: "function",
  name: "weather",
  description: "Tells the weather.",
  strict: false,
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

const scenarios = {
  async create() {
    const first = await client.responses.create({ model, input: "What is Switchboard?", instructions: "Be brief." });
    const second = await client.responses.create({ model, input: "And again?", previous_response_id: first.id });
    seen.texts = [first.output_text, second.output_text];
    seen.previous = second.previous_response_id === first.id;
    seen.same = (await client.responses.retrieve(first.id)).output_text === first.output_text;
    seen.items = [];
    for await (const item of client.responses.inputItems.list(second.id, { limit: 1, order: "asc" })) {
      seen.items.push(item.role);
    }
    await client.responses.delete(first.id);
    seen.gone = await client.responses.retrieve(first.id).catch((fault) => fault.status);
  },

  // The helper puts the response together from its events, and fails where these do not fit.
  async stream() {
    const stream = client.responses.stream({ model, input: "What is Switchboard?" });
    seen.types = [];
    seen.deltas = "";
    for await (const event of stream) {
      seen.types.push(event.type);
      seen.deltas += event.type === "response.output_text.delta" ? event.delta : "";
    }
    const response = await stream.finalResponse();
    seen.text = response.output_text;
    seen.status = response.status;
    seen.usage = response.usage;
  },

  async parse() {
    const format = zodTextFormat(z.object({ city: z.string(), degrees: z.number() }), "report");
    const response = await client.responses.parse({ model, input: "Weather?", text: { format } });
    seen.parsed = response.output_parsed;
  },

  async tools() {
    const first = await client.responses.create({ model, input: "Weather in Paris?", tools: [weather] });
    const call = first.output.find((item) => item.type === "function_call");
    seen.call = { name: call.name, arguments: JSON.parse(call.arguments) };
    const second = await client.responses.create({
      model,
      previous_response_id: first.id,
      input: [{ type: "function_call_output", call_id: call.call_id, output: "20" }],
      tools: [weather],
    });
    seen.text = second.output_text;
  },

  // All of the output is given back, as the documentation of OpenAI shows it.
  async toolsWithoutState() {
    const input = [{ role: "user", content: "Weather in Paris?" }];
    const first = await client.responses.create({ model, input, tools: [weather], store: false, include: ["reasoning.encrypted_content"] });
    input.push(...first.output);
    const call = first.output.find((item) => item.type === "function_call");
    input.push({ type: "function_call_output", call_id: call.call_id, output: "20" });
    seen.text = (await client.responses.create({ model, input, tools: [weather], store: false })).output_text;
  },

  async conversation() {
    const conversation = await client.conversations.create({ metadata: { topic: "test" } });
    const first = await client.responses.create({ model, conversation: conversation.id, input: "What is Switchboard?" });
    const second = await client.responses.create({ model, conversation: conversation.id, input: "And again?" });
    seen.texts = [first.output_text, second.output_text];
    seen.items = [];
    for await (const item of client.conversations.items.list(conversation.id, { order: "asc", limit: 3 })) {
      seen.items.push(item.role);
    }
    await client.conversations.delete(conversation.id);
  },

  async aiText() {
    const { text, usage, finishReason } = await generateText({ model: ai, prompt: "What is Switchboard?", maxRetries: 0 });
    Object.assign(seen, { text, usage, finishReason });
  },

  async aiStream() {
    const { fullStream } = streamText({ model: ai, prompt: "What is Switchboard?", maxRetries: 0, onError() {} });
    seen.text = "";
    for await (const part of fullStream) {
      seen.text += part.type === "text-delta" ? part.text : "";
      seen.error = part.type === "error" ? String(part.error) : seen.error;
      seen.finishReason = part.type === "finish" ? part.finishReason : seen.finishReason;
    }
  },

  // The second step names the items of the first by their ids, for they are kept.
  async aiTools() {
    const { text, steps } = await generateText({ ...loop(), maxRetries: 0 });
    Object.assign(seen, { text, steps: steps.length, calls: steps.flatMap((step) => step.toolCalls.map((call) => call.input)) });
    seen.reasoning = steps.map((step) => step.reasoningText ?? "").join("");
  },

  async aiToolsStream() {
    const { fullStream } = streamText({ ...loop(), maxRetries: 0, onError() {} });
    seen.text = "";
    seen.reasoning = "";
    seen.calls = [];
    for await (const part of fullStream) {
      seen.text += part.type === "text-delta" ? part.text : "";
      seen.reasoning += part.type === "reasoning-delta" ? part.text : "";
      seen.error = part.type === "error" ? String(part.error) : seen.error;
      if (part.type === "tool-call") {
        seen.calls.push(part.input);
      }
    }
  },

  async aiObject() {
    const schema = jsonSchema({ type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false });
    seen.object = (await generateText({ model: ai, prompt: "Where?", output: Output.object({ schema }), maxRetries: 0 })).output;
  },
};

function loop() {
  const tools = { weather: tool({ description: "Tells the weather.", inputSchema: jsonSchema(weather.parameters), execute: async () => "20" }) };
  return { model: ai, prompt: "Weather in Paris?", tools, stopWhen: stepCountIs(3) };
}

await scenarios[name]();
process.stdout.write(`${JSON.stringify(seen)}\n`);
