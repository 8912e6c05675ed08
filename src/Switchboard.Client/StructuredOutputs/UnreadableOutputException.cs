using System.Text.Json;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>A complete answer that is not the JSON that was asked for; it happens with servers that do not hold the model to the schema.</summary>
public sealed class UnreadableOutputException : ApiException
{
    internal UnreadableOutputException(Type type, string text, JsonException cause)
        : base($"The model's answer is not JSON of the type {type.Name}.", cause) => Text = text;

    /// <summary>What the model wrote.</summary>
    public string Text { get; }
}
