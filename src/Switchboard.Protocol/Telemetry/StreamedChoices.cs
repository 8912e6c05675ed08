namespace Switchboard.Protocol.Telemetry;

/// <summary>Puts the chunks of a chat completion together again, for spans that carry content.</summary>
internal sealed class StreamedChoices
{
    private readonly SortedDictionary<int, Choice> _choices = [];

    public void Add(JsonElement choices)
    {
        if (choices.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var told in choices.EnumerateArray())
        {
            var choice = At(_choices, told);
            choice.FinishReason = Find(told, "finish_reason") ?? choice.FinishReason;
            choice.Text.Append(Find(told, "text"));
            if (told.TryGetProperty("delta", out var delta))
            {
                choice.Text.Append(Find(delta, "content") ?? Find(delta, "refusal"));
                choice.AddCalls(delta);
            }
        }
    }

    /// <summary>The messages; null without.</summary>
    public string? ToMessages() => _choices.Count == 0 ? null : MessageJson.Write(json =>
    {
        foreach (var choice in _choices.Values)
        {
            choice.WriteTo(json);
        }
    });

    private static string? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static T At<T>(SortedDictionary<int, T> items, JsonElement told)
        where T : new()
    {
        var index = told.TryGetProperty("index", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var position) ? position : 0;
        if (!items.TryGetValue(index, out var item))
        {
            items[index] = item = new T();
        }

        return item;
    }

    private sealed class Choice
    {
        private readonly SortedDictionary<int, Call> _calls = [];

        public StringBuilder Text { get; } = new();

        public string? FinishReason { get; set; }

        public void AddCalls(JsonElement delta)
        {
            if (delta.ValueKind != JsonValueKind.Object || !delta.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array)
            {
                return;
            }

            foreach (var told in calls.EnumerateArray())
            {
                var call = At(_calls, told);
                call.Id = Find(told, "id") ?? call.Id;
                if (told.TryGetProperty("function", out var function))
                {
                    call.Name = Find(function, "name") ?? call.Name;
                    call.Arguments.Append(Find(function, "arguments"));
                }
            }
        }

        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("role", "assistant");
            json.WriteStartArray("parts");
            if (Text.Length > 0)
            {
                MessageJson.TextPart(json, Text.ToString());
            }

            foreach (var call in _calls.Values)
            {
                MessageJson.ToolCall(json, call.Id, call.Name, call.Arguments.ToString());
            }

            json.WriteEndArray();
            json.WriteString("finish_reason", FinishReason);
            json.WriteEndObject();
        }
    }

    private sealed class Call
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
