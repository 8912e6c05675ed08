using System.Text.Json;
using Microsoft.Extensions.AI;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.ExtensionsAI;

/// <summary>Values of Microsoft.Extensions.AI as JSON.</summary>
internal static class ExtraMembers
{
    /// <summary>A tool's or an option's property that asks for the strict following of a schema; it is not sent as a member.</summary>
    public const string Strict = "strict";

    // The package's own options spread JSON over lines, which are tokens to a model.
    private static readonly JsonSerializerOptions s_compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>Call options that send the additional properties as members of the body; null for none.</summary>
    public static CallOptions? Of(AdditionalPropertiesDictionary? properties, params ReadOnlySpan<(string Name, RawJson? Value)> more)
    {
        Dictionary<string, RawJson> members = new(StringComparer.Ordinal);
        foreach (var (name, value) in more)
        {
            if (value is { } json)
            {
                members[name] = json;
            }
        }

        foreach (var (name, value) in properties ?? [])
        {
            if (name != Strict)
            {
                members[name] = ToJson(value);
            }
        }

        return members.Count == 0 ? null : new CallOptions { ExtraBody = members };
    }

    /// <summary>Any value as JSON.</summary>
    /// <exception cref="NotSupportedException">The type is unknown to <see cref="AIJsonUtilities.DefaultOptions"/>: give it as a <see cref="JsonElement"/>.</exception>
    public static RawJson ToJson(object? value) => value switch
    {
        null => default,
        RawJson json => json,
        JsonElement element => element,
        _ => RawJson.Parse(JsonSerializer.SerializeToUtf8Bytes(value, s_compact.GetTypeInfo(value.GetType()))),
    };

    /// <summary>Whether properties ask for strictness.</summary>
    public static bool? StrictOf(IEnumerable<KeyValuePair<string, object?>>? properties)
    {
        foreach (var (name, value) in properties ?? [])
        {
            if (name == Strict)
            {
                return value switch
                {
                    bool flag => flag,
                    JsonElement { ValueKind: JsonValueKind.True } => true,
                    JsonElement { ValueKind: JsonValueKind.False } => false,
                    _ => null,
                };
            }
        }

        return null;
    }

    /// <summary>The arguments of a call, as the model's JSON text.</summary>
    public static string ArgumentsOf(IDictionary<string, object?>? arguments) =>
        arguments is null ? "{}" : JsonSerializer.Serialize(arguments, s_compact.GetTypeInfo(typeof(IDictionary<string, object?>)));

    /// <summary>The arguments out of the model's JSON text; none for text that is no object.</summary>
    public static IDictionary<string, object?>? Arguments(string json)
    {
        try
        {
            return ParseArguments(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A call to a function; text that is no JSON is told by its <see cref="FunctionCallContent.Exception"/>.</summary>
    public static FunctionCallContent Call(string id, string name, string arguments, object? raw)
    {
        var call = FunctionCallContent.CreateFromParsedArguments(arguments, id, name, ParseArguments);
        call.RawRepresentation = raw;
        return call;
    }

    /// <summary>What a function gave back, as text for the model.</summary>
    public static string ResultOf(FunctionResultContent result) => result.Result switch
    {
        string text => text,
        TextContent text => text.Text,
        IEnumerable<AIContent> contents when contents.All(content => content is TextContent) => string.Concat(contents.Cast<TextContent>().Select(content => content.Text)),
        null when result.Exception is { } fault => $"Error: {fault.Message}",
        null => "",
        { } value => ToJson(value).ToString(),
    };

    /// <summary>A number as its owner wrote it: 0.7, not 0.699999988.</summary>
    public static double? Number(float? value) => value is not { } number ? null : float.IsFinite(number) && Math.Abs(number) < 1e20f ? (double)(decimal)number : number;

    private static IDictionary<string, object?>? ParseArguments(string json) =>
        json.Length == 0 ? null : (IDictionary<string, object?>?)JsonSerializer.Deserialize(json, s_compact.GetTypeInfo(typeof(IDictionary<string, object?>)));
}
