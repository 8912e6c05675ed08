using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Switchboard.Client.Tools;

/// <summary>The arguments of a call, read as kindly as can be.</summary>
internal static class FunctionArguments
{
    /// <summary>Reads what the model wrote for a function.</summary>
    /// <exception cref="ToolException">It is not an object, or lacks what is required; the message is for the model.</exception>
    public static AIFunctionArguments Read(string text, JsonElement schema)
    {
        var arguments = new AIFunctionArguments();
        foreach (var member in ObjectOf(text).EnumerateObject())
        {
            arguments[member.Name] = member.Value;
        }

        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
        {
            var missing = required.EnumerateArray().Select(name => name.GetString() ?? "").Where(name => !arguments.ContainsKey(name)).ToArray();
            if (missing.Length > 0)
            {
                throw new ToolException($"Required arguments are missing: {string.Join(", ", missing)}.");
            }
        }

        return arguments;
    }

    // Models write nothing for no arguments, and some servers put the object into a string.
    private static JsonElement ObjectOf(string text)
    {
        try
        {
            var json = JsonElement.Parse(string.IsNullOrWhiteSpace(text) ? "{}" : text);
            if (json.ValueKind == JsonValueKind.String)
            {
                json = JsonElement.Parse(json.GetString()!);
            }

            return json.ValueKind switch
            {
                JsonValueKind.Object => json,
                JsonValueKind.Null => JsonElement.Parse("{}"),
                _ => throw new ToolException("The arguments are not a JSON object."),
            };
        }
        catch (JsonException fault)
        {
            throw new ToolException("The arguments are not valid JSON.", fault);
        }
    }
}
