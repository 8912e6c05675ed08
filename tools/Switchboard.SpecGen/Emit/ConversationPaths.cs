using System.Text.Json.Nodes;

namespace Switchboard.SpecGen.Emit;

/// <summary>The paths below <c>/api/v1</c> in the document: chats that the gateway remembers.</summary>
internal static class ConversationPaths
{
    private const string Chat = """
        {"type":"object","required":["message"],"properties":{
          "message":{"type":"string","minLength":1,"maxLength":5000,"description":"What is said; not blank."},
          "conversation_id":{"type":["string","null"],"format":"uuid","description":"The conversation to go on with; without one a new one begins."},
          "system_prompt":{"type":["string","null"],"maxLength":1000,"description":"The conversation's system prompt from now on."},
          "model":{"type":["string","null"],"description":"The conversation's model from now on."},
          "temperature":{"type":["number","null"],"minimum":0,"maximum":2,"default":0.7,"description":"Null leaves it to the model."},
          "max_tokens":{"type":["integer","null"],"minimum":1,"maximum":4000,"default":1000,"description":"Null leaves it to the model."},
          "stream":{"type":"boolean","default":false,"description":"Taken and not used: the path says whether the answer streams."}}}
        """;

    private const string Answer = """
        {"type":"object","properties":{
          "message":{"type":"string"},"conversation_id":{"type":"string","format":"uuid"},"tokens_used":{"type":"integer"},"model":{"type":"string"},
          "timestamp":{"type":"string","format":"date-time"},"cost_estimate":{"type":["number","null"],"description":"Dollars."},"finish_reason":{"type":"string"},
          "usage":{"type":"object","properties":{"prompt_tokens":{"type":"integer"},"completion_tokens":{"type":"integer"},"total_tokens":{"type":"integer"}}}}}
        """;

    private const string Change = """
        {"type":"object","properties":{"title":{"type":["string","null"],"maxLength":200},"model":{"type":["string","null"]},"system_prompt":{"type":["string","null"],"maxLength":1000}}}
        """;

    /// <summary>Adds them.</summary>
    public static void AddTo(JsonObject paths)
    {
        Add(paths, "/api/v1/chat", "post", "chat", "Says something in a conversation.", Chat, """{"message":"Hello!"}""", ("application/json", Answer));
        Add(paths, "/api/v1/chat/stream", "post", "chatStream", "Says something in a conversation, and is told the answer as it comes.", Chat, """{"message":"Hello!"}""", ("text/event-stream", "{}"));
        Add(paths, "/api/v1/conversations", "get", "listKeptConversations", "Lists conversations, the youngest first.");
        Add(paths, "/api/v1/conversations/{id}", "get", "getKeptConversation", "Tells of a conversation.");
        Add(paths, "/api/v1/conversations/{id}", "patch", "changeKeptConversation", "Renames a conversation, or changes its model or its system prompt.", Change, """{"title":"About cats"}""");
        Add(paths, "/api/v1/conversations/{id}", "delete", "deleteKeptConversation", "Deletes a conversation and all that was said in it.");
        Add(paths, "/api/v1/conversations/{id}/messages", "get", "listKeptMessages", "Lists what was said, the oldest first.");
        Add(paths, "/api/v1/conversations/{id}/export", "get", "exportKeptConversation", "Gives a whole conversation as a file.");
    }

    private static void Add(JsonObject paths, string path, string method, string id, string summary, string? body = null, string? example = null, (string Type, string Schema)? answer = null)
    {
        // Not below /v1, as all others are.
        var item = paths[path]?.AsObject() ?? (JsonObject)(paths[path] = new JsonObject { ["servers"] = new JsonArray(new JsonObject { ["url"] = "./" }) });
        var operation = new JsonObject { ["operationId"] = id, ["tags"] = new JsonArray("Chat that is remembered"), ["summary"] = summary };
        if (Parameters(path, method) is { Count: > 0 } parameters)
        {
            operation["parameters"] = parameters;
        }

        if (body is not null)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = JsonNode.Parse(body), ["example"] = JsonNode.Parse(example!) } },
            };
        }

        var (type, schema) = answer ?? ("application/json", "{}");
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "The answer.", ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = JsonNode.Parse(schema) } } },
            ["default"] = new JsonObject { ["description"] = "An error: {\"error\": {\"message\", \"type\", \"param\", \"code\"}, \"detail\"}; of 422 the detail is a list of {\"loc\", \"msg\", \"type\"}." },
        };
        item[method] = operation;
    }

    private static JsonArray Parameters(string path, string method)
    {
        var parameters = new JsonArray();
        if (path.Contains("{id}", StringComparison.Ordinal))
        {
            parameters.Add(Parameter("id", "path", "The conversation's id, a UUID.", """{"type":"string","format":"uuid"}"""));
        }

        if (path.EndsWith("/export", StringComparison.Ordinal))
        {
            parameters.Add(Parameter("format", "query", "The form of the file.", """{"type":"string","enum":["json","markdown","text"],"default":"json"}"""));
        }
        else if (method == "get" && !path.EndsWith("{id}", StringComparison.Ordinal))
        {
            parameters.Add(Parameter("limit", "query", "The most entries.", """{"type":"integer","minimum":1,"maximum":1000,"default":20}"""));
            parameters.Add(Parameter("after", "query", "The id after which the page begins.", """{"type":"string"}"""));
            parameters.Add(Parameter("order", "query", "By age.", """{"type":"string","enum":["asc","desc"]}"""));
        }

        return parameters;
    }

    private static JsonObject Parameter(string name, string place, string description, string schema) =>
        new JsonObject { ["name"] = name, ["in"] = place, ["required"] = place == "path", ["description"] = description, ["schema"] = JsonNode.Parse(schema) };
}
