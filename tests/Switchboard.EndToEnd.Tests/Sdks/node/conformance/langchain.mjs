// The npm package @langchain/openai.
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { serve } from "./lines.mjs";

const settings = ({ baseURL, request, maxRetries }) => ({ model: request.model, apiKey: "any", maxRetries, configuration: { baseURL } });
const chat = (run) => bound(new ChatOpenAI(settings(run)), run);
const responses = (run) => bound(new ChatOpenAI({ ...settings(run), useResponsesApi: true }), run);

const calls = {
  Chat: (run, seen) => whole(seen, chat(run), run),
  ChatStream: (run, seen) => chunks(seen, chat(run), run),
  Response: (run, seen) => whole(seen, responses(run), run),
  ResponseStream: (run, seen) => chunks(seen, responses(run), run),

  async Completion(run, seen) {
    seen.answer = (await new OpenAI(settings(run)).generate([run.request.prompt])).generations;
  },

  async CompletionStream(run, seen) {
    seen.chunks = [];
    for await (const text of await new OpenAI(settings(run)).stream(run.request.prompt)) {
      seen.chunks.push(text);
    }
  },

  async Embeddings(run, seen) {
    const { input, dimensions, encoding_format: encodingFormat } = run.request;
    seen.answer = await new OpenAIEmbeddings({ ...settings(run), dimensions, encodingFormat }).embedDocuments([input].flat());
  },

  async ChatLeft(run, seen) {
    for await (const chunk of await chat(run).stream(messages(run))) {
      seen.content = (seen.content ?? "") + chunk.content;
      if (seen.content) {
        break;
      }
    }
  },
};

async function whole(seen, model, run) {
  seen.answer = told(await model.invoke(messages(run)));
}

async function chunks(seen, model, run) {
  seen.chunks = [];
  for await (const chunk of await model.stream(messages(run))) {
    seen.chunks.push(told(chunk));
  }
}

function bound(model, { request }) {
  const { tools, response_format, text } = request;
  return model.withConfig({ ...(tools && { tools }), ...(response_format && { response_format }), ...(text && { text }) });
}

function messages({ request }) {
  const told = request.messages ?? request.input;
  return typeof told === "string" ? told : told.map(({ role, content }) => ({ role, content: typeof content === "string" ? content : content.map((part) => part.text).join("") }));
}

function told(message) {
  const { id, content, tool_calls, tool_call_chunks, additional_kwargs, response_metadata, usage_metadata } = message;
  return { id, content, tool_calls, tool_call_chunks, additional_kwargs, response_metadata, usage_metadata };
}

await serve(calls, ({ constructor, status, code, type, param, requestID, message }) =>
  ({ class: constructor.name, status, code, type, param, requestId: requestID, message }));
