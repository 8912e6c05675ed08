using System.Diagnostics;
using System.Text.Json;

namespace Switchboard.Client.Telemetry;

/// <summary>Puts on a span what a request's JSON says; it reads the bytes that are sent, so that callers' own types are told as well.</summary>
internal static class RequestFacts
{
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = 128 };

    public static void Tell(Activity activity, ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            var json = new Utf8JsonReader(utf8Json, s_deep);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (attribute, kind) = AttributeOf(ref json);
                json.Read();
                if (attribute is not null && ValueOf(ref json, kind) is { } value)
                {
                    activity.SetTag(attribute, value);
                }

                json.Skip();
            }
        }
        catch (JsonException)
        {
            // Whoever the body is meant for will say what is wrong with it.
        }
    }

    private static (string? Attribute, Kind Kind) AttributeOf(ref Utf8JsonReader json) => json.ValueSpan switch
    {
        var name when name.SequenceEqual("temperature"u8) => ("gen_ai.request.temperature", Kind.Number),
        var name when name.SequenceEqual("top_p"u8) => ("gen_ai.request.top_p", Kind.Number),
        var name when name.SequenceEqual("top_k"u8) => ("gen_ai.request.top_k", Kind.Number),
        var name when name.SequenceEqual("frequency_penalty"u8) => ("gen_ai.request.frequency_penalty", Kind.Number),
        var name when name.SequenceEqual("presence_penalty"u8) => ("gen_ai.request.presence_penalty", Kind.Number),
        var name when IsLimit(name) => ("gen_ai.request.max_tokens", Kind.Count),
        var name when name.SequenceEqual("seed"u8) => ("gen_ai.request.seed", Kind.Count),
        var name when name.SequenceEqual("n"u8) => ("gen_ai.request.choice.count", Kind.CountBeyondOne),
        var name when name.SequenceEqual("dimensions"u8) => ("gen_ai.embeddings.dimension.count", Kind.Count),
        var name when name.SequenceEqual("stop"u8) => ("gen_ai.request.stop_sequences", Kind.Texts),
        var name when name.SequenceEqual("encoding_format"u8) => ("gen_ai.request.encoding_formats", Kind.Texts),
        var name when name.SequenceEqual("service_tier"u8) => ("openai.request.service_tier", Kind.Text),
        var name when name.SequenceEqual("response_format"u8) => ("gen_ai.output.type", Kind.Format),
        var name when name.SequenceEqual("text"u8) => ("gen_ai.output.type", Kind.Format),
        _ => default,
    };

    private static bool IsLimit(ReadOnlySpan<byte> name) => name.SequenceEqual("max_tokens"u8) || name.SequenceEqual("max_completion_tokens"u8) || name.SequenceEqual("max_output_tokens"u8);

    private static object? ValueOf(ref Utf8JsonReader json, Kind kind) => (kind, json.TokenType) switch
    {
        (Kind.Number, JsonTokenType.Number) when json.TryGetDouble(out var number) => number,
        (Kind.Count, JsonTokenType.Number) when json.TryGetInt64(out var count) => count,
        (Kind.CountBeyondOne, JsonTokenType.Number) when json.TryGetInt64(out var count) && count != 1 => count,
        (Kind.Text, JsonTokenType.String) => json.GetString(),
        (Kind.Texts, JsonTokenType.String) => new[] { json.GetString()! },
        (Kind.Texts, JsonTokenType.StartArray) => Texts(ref json),
        (Kind.Format, JsonTokenType.StartObject) => IsJson(ref json) ? "json" : null,
        _ => null,
    };

    private static string[] Texts(ref Utf8JsonReader json)
    {
        List<string> texts = [];
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            texts.Add(json.GetString()!);
        }

        return [.. texts];
    }

    /// <summary>Whether <c>{"type": "json…"}</c>, alone or as the member <c>format</c>, is what the answer has to be.</summary>
    private static bool IsJson(ref Utf8JsonReader json)
    {
        var look = json;
        while (look.Read() && look.TokenType == JsonTokenType.PropertyName)
        {
            var isType = look.ValueTextEquals("type"u8);
            var isFormat = look.ValueTextEquals("format"u8);
            look.Read();
            if ((isType && look.TokenType == JsonTokenType.String && look.ValueSpan.StartsWith("json"u8)) || (isFormat && look.TokenType == JsonTokenType.StartObject && IsJson(ref look)))
            {
                return true;
            }

            look.Skip();
        }

        return false;
    }

    private enum Kind
    {
        None,
        Number,
        Count,
        CountBeyondOne,
        Text,
        Texts,
        Format,
    }
}
