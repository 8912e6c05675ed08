using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Switchboard.Client.StructuredOutputs;

namespace Switchboard.Client.Tools;

/// <summary>Makes a tool of a function.</summary>
internal static class FunctionAdapter
{
    /// <summary>The tool that calls a function.</summary>
    /// <exception cref="ArgumentException">The name or the schema is none that the API takes.</exception>
    public static Tool Of(AIFunction function, bool? strict)
    {
        // A schema that is made of a .NET method names what may be null; any other is not changed unasked.
        var isMethod = function.UnderlyingMethod is not null;
        var isStrict = strict ?? isMethod;
        return new Tool(WireName.Check(function.Name, nameof(function)), function.Description, (input, cancellationToken) => CallAsync(function, input, cancellationToken))
        {
            Parameters = isStrict ? StrictParameters(function, nullableOptionals: !isMethod) : function.JsonSchema,
            IsStrict = isStrict,
            NeedsApproval = function.GetService<ApprovalRequiredAIFunction>() is not null,
        };
    }

    private static JsonObject StrictParameters(AIFunction function, bool nullableOptionals)
    {
        try
        {
            return StrictSchema.Of(JsonNode.Parse(function.JsonSchema.GetRawText()), $"the tool '{function.Name}'", nullableOptionals, out _);
        }
        catch (ArgumentException fault)
        {
            throw new ArgumentException(fault.Message + " Or add the tool with strict: false.", fault);
        }
    }

    private static async ValueTask<string> CallAsync(AIFunction function, string input, CancellationToken cancellationToken)
    {
        var arguments = FunctionArguments.Read(input, function.JsonSchema);
        object? result;
        try
        {
            result = await function.InvokeAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException fault)
        {
            throw new ToolException("The arguments do not fit the tool's parameters.", fault);
        }

        return TextOf(result, function.JsonSerializerOptions);
    }

    private static string TextOf(object? result, JsonSerializerOptions options) => result switch
    {
        null => "null",
        string text => text,
        TextContent content => content.Text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => json.GetRawText(),
        _ => JsonSerializer.Serialize(result, options.GetTypeInfo(result.GetType())),
    };
}
