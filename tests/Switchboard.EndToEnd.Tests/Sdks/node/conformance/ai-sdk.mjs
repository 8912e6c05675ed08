// The npm packages ai and @ai-sdk/openai.
import { createOpenAI } from "@ai-sdk/openai";
import { embedMany, generateText, jsonSchema, NoObjectGeneratedError, Output, streamText, tool } from "ai";
import { serve } from "./lines.mjs";

const on = ({ baseURL }) => createOpenAI({ baseURL, apiKey: "any" });

const calls = {
  Chat: (run, seen) => whole(seen, on(run).chat(run.request.model), run),
  ChatStream: (run, seen) => parts(seen, on(run).chat(run.request.model), run),
  Completion: (run, seen) => whole(seen, on(run).completion(run.request.model), run),
  CompletionStream: (run, seen) => parts(seen, on(run).completion(run.request.model), run),
  Response: (run, seen) => whole(seen, on(run).responses(run.request.model), run),
  ResponseStream: (run, seen) => parts(seen, on(run).responses(run.request.model), run),

  async Embeddings(run, seen) {
    const { model, input, dimensions } = run.request;
    const { embeddings, usage, responses } = await embedMany({
      model: on(run).embedding(model),
      values: [input].flat(),
      maxRetries: run.maxRetries,
      ...(dimensions && { providerOptions: { openai: { dimensions } } }),
    });
    seen.requestId = responses[0].headers["x-request-id"];
    seen.answer = { embeddings, usage, body: responses[0].body };
  },

  async ChatLeft(run, seen) {
    const leaving = new AbortController();
    const { textStream } = streamText({ ...asked(on(run).chat(run.request.model), run), abortSignal: leaving.signal, onError() {} });
    for await (const text of textStream) {
      seen.content = (seen.content ?? "") + text;
      leaving.abort();
    }
  },
};

async function whole(seen, model, run) {
  const { content, finishReason, usage, response } = await generateText(asked(model, run)).catch(withoutObject);
  seen.requestId = response.headers["x-request-id"];
  seen.answer = { content, finishReason, usage, id: response.id, model: response.modelId, body: response.body };
}

// A refusal where an object was asked for is an error here, which holds the answer.
function withoutObject(fault) {
  if (!NoObjectGeneratedError.isInstance(fault)) {
    throw fault;
  }
  return { content: fault.text, ...fault };
}

async function parts(seen, model, run) {
  const { fullStream } = streamText({ ...asked(model, run), onError() {} });
  seen.chunks = [];
  for await (const part of fullStream) {
    switch (part.type) {
      case "error":
        throw part.error;
      case "finish-step":
        seen.requestId = part.response.headers["x-request-id"];
        seen.end = { finishReason: part.finishReason, usage: part.usage, id: part.response.id, model: part.response.modelId };
        break;
      case "start": case "start-step": case "finish":
        break;
      default:
        seen.chunks.push(part);
    }
  }
}

function asked(model, { request, maxRetries }) {
  const format = request.response_format?.json_schema ?? request.text?.format;
  const named = request.tools?.map((one) => one.function ?? one);
  return {
    model,
    maxRetries,
    ...prompt(request),
    ...(format?.schema && { output: Output.object({ name: format.name, schema: jsonSchema(format.schema) }) }),
    ...(named && { tools: Object.fromEntries(named.map((one) => [one.name, tool({ description: one.description, inputSchema: jsonSchema(one.parameters) })])) }),
  };
}

function prompt({ prompt, input, messages }) {
  if (prompt || typeof input === "string") {
    return { prompt: prompt ?? input };
  }
  const told = (messages ?? input).map(({ role, content }) => ({ role, content: typeof content === "string" ? content : content.map((part) => part.text).join("") }));
  return {
    messages: told.filter(({ role }) => role !== "system"),
    ...(told[0].role === "system" && { instructions: told[0].content }),
  };
}

await serve(calls, (e) => {
  const fault = e.lastError ?? e;
  const { error } = fault.data ?? fault.value ?? fault;
  const { statusCode: status, responseHeaders, text, finishReason, usage } = fault;
  return { class: fault.name, status, text, finishReason, usage, ...error, requestId: responseHeaders?.["x-request-id"], message: error?.message ?? fault.message };
});
