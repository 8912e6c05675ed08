using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>What one wants from a response first.</summary>
public static class ResponseExtensions
{
    extension(Response response)
    {
        /// <summary>The tool calls that are the caller's to answer with a <see cref="FunctionToolCallOutput"/>, in their order.</summary>
        public IEnumerable<FunctionToolCall> FunctionCalls => response.Output.OfType<FunctionToolCall>();

        /// <summary>The model's refusal, or null when it did not refuse.</summary>
        public string? Refusal =>
            response.Output.OfType<OutputMessage>().SelectMany(message => message.Content).OfType<RefusalContent>().FirstOrDefault()?.Refusal;

        /// <summary>All text of the output's messages, joined; empty when there is none.</summary>
        public string GetOutputText() =>
            string.Concat(response.Output.OfType<OutputMessage>().SelectMany(message => message.Content).OfType<OutputTextContent>().Select(part => part.Text));

        /// <summary>
        /// The output as input of the next turn, for conversations that the server does not store. What only the server may say (who created an item) is
        /// left out, and so are items that an input cannot have.
        /// </summary>
        public IReadOnlyList<ResponseItem> ToInputItems() => [.. response.Output.Select(ToInputItem).OfType<ResponseItem>()];
    }

    /// <summary>Reads the call's arguments; none at all read as an empty object.</summary>
    /// <param name="call">The call.</param>
    /// <param name="typeInfo">How the type is read, from a source-generated context.</param>
    /// <exception cref="System.Text.Json.JsonException">The model's arguments are not of that type.</exception>
    public static T? ReadArguments<T>(this FunctionToolCall call, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(call);
        return ToolArguments.Read(call.Arguments, typeInfo);
    }

    private static ResponseItem? ToInputItem(ResponseItem item) => item switch
    {
        ComputerToolCallOutput { Status.Value: "failed" } => null,
        ShellCallOutput output => WithoutCreator(output with { Output = [.. output.Output.Select(part => part with { CreatedBy = null })] }),
        _ => WithoutCreator(item),
    };

    private static ResponseItem WithoutCreator(ResponseItem item)
    {
        var json = new GrowingJson();
        json.Set(item);
        return json.Remove("created_by") is null ? item : json.Read<ResponseItem>();
    }
}
