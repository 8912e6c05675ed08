using System.Text.Json;

namespace Switchboard.Client.Telemetry;

/// <summary>What the JSON of an answer, or of a stream's events one after another, says of itself; of several words on one thing the last counts.</summary>
internal sealed class AnswerFacts
{
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = 128 };

    private readonly SortedDictionary<int, string> _finishReasons = [];

    public string? Id { get; private set; }

    public string? Model { get; private set; }

    public string? ServiceTier { get; private set; }

    public string? SystemFingerprint { get; private set; }

    /// <summary>The state of a response: <c>completed</c>, or why it is not.</summary>
    public string? Status { get; private set; }

    public long? InputTokens { get; private set; }

    public long? OutputTokens { get; private set; }

    /// <summary>Counts of tokens by kind: <c>(isInput, "cached_tokens")</c>.</summary>
    public Dictionary<(bool IsInput, string Kind), long> TokenDetails { get; } = [];

    /// <summary>Why each choice ended.</summary>
    public IReadOnlyCollection<string> FinishReasons => _finishReasons.Values;

    /// <summary>Looks at JSON that was read well before.</summary>
    public void Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            var json = new Utf8JsonReader(utf8Json, s_deep);
            if (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                ReadAnswer(ref json);
            }
        }
        catch (JsonException)
        {
            // Told by whoever reads it for its own sake.
        }
    }

    private void ReadAnswer(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                ReadText(name, ref json);
            }
            else if (json.TokenType == JsonTokenType.StartObject && name.SequenceEqual("usage"u8))
            {
                ReadUsage(ref json);
            }
            else if (json.TokenType == JsonTokenType.StartObject && name.SequenceEqual("response"u8))
            {
                // The events of the Responses API carry the whole response.
                ReadAnswer(ref json);
            }
            else if (json.TokenType == JsonTokenType.StartObject && name.SequenceEqual("incomplete_details"u8))
            {
                Status = Find(ref json, "reason"u8) ?? Status;
            }
            else if (json.TokenType == JsonTokenType.StartArray && name.SequenceEqual("choices"u8))
            {
                ReadChoices(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadText(ReadOnlySpan<byte> name, ref Utf8JsonReader json)
    {
        if (name.SequenceEqual("id"u8))
        {
            Id ??= json.GetString();
        }
        else if (name.SequenceEqual("model"u8))
        {
            Model ??= json.GetString();
        }
        else if (name.SequenceEqual("service_tier"u8))
        {
            ServiceTier = Same(ServiceTier, ref json);
        }
        else if (name.SequenceEqual("system_fingerprint"u8))
        {
            SystemFingerprint = Same(SystemFingerprint, ref json);
        }
        else if (name.SequenceEqual("status"u8) && Status is null or "queued" or "in_progress")
        {
            Status = Same(Status, ref json);
        }
    }

    // Every chunk says it again: one string does.
    private static string? Same(string? known, ref Utf8JsonReader json) => known is not null && json.ValueTextEquals(known) ? known : json.GetString();

    private void ReadChoices(ref Utf8JsonReader json)
    {
        for (var position = 0; json.Read() && json.TokenType == JsonTokenType.StartObject; position++)
        {
            var index = position;
            string? reason = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.ValueSpan;
                json.Read();
                if (json.TokenType == JsonTokenType.Number && name.SequenceEqual("index"u8) && json.TryGetInt32(out var told))
                {
                    index = told;
                }
                else if (json.TokenType == JsonTokenType.String && name.SequenceEqual("finish_reason"u8))
                {
                    reason = json.GetString();
                }

                json.Skip();
            }

            if (!string.IsNullOrEmpty(reason))
            {
                _finishReasons[index] = reason;
            }
        }
    }

    private void ReadUsage(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            json.Read();
            if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var count))
            {
                if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8))
                {
                    InputTokens = count;
                }
                else if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
                {
                    OutputTokens = count;
                }
            }
            else if (json.TokenType == JsonTokenType.StartObject && name.EndsWith("_details"u8))
            {
                ReadDetails(ref json, isInput: name[0] is (byte)'p' or (byte)'i');
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadDetails(ref Utf8JsonReader json, bool isInput)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var kind = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var count))
            {
                TokenDetails[(isInput, kind)] = count;
            }

            json.Skip();
        }
    }

    private static string? Find(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        string? found = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = json.ValueTextEquals(name);
            json.Read();
            found = isIt && json.TokenType == JsonTokenType.String ? json.GetString() : found;
            json.Skip();
        }

        return found;
    }
}
