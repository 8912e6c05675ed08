using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Pipeline;

/// <summary>
/// What a call was before it became a chat completion: the request in the caller's own dialect. A provider that speaks
/// that dialect sends these bytes and answers with its own, so that nothing is translated twice.
/// </summary>
public sealed class CallOrigin
{
    /// <summary>Whose API the caller speaks.</summary>
    public required ApiDialect Dialect { get; init; }

    /// <summary>The request as it came, valid as long as the call's own body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where the JSON string of <c>model</c> lies in <see cref="Body"/>, quotes included; empty where the path names the model.</summary>
    public Range ModelSpan { get; init; }

    /// <summary>What is asked of the model, where the path says it: <c>streamGenerateContent</c>; empty where the dialect has one path.</summary>
    public string Method { get; init; } = "";

    /// <summary>Headers for a provider of the same dialect: <c>anthropic-beta</c>, <c>anthropic-version</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// The answer goes to the caller as the provider's bytes, in the caller's dialect. Set by the provider before it
    /// answers, and taken back where no answer came of it.
    /// </summary>
    public bool IsPassing { get; set; }

    /// <summary>The extensions that the translation put into the chat request, for providers that take none.</summary>
    internal IReadOnlyList<ChatExtension> Extensions { get; init; } = [];

    /// <summary>Where the name <c>max_tokens</c> stands in the chat request, for providers that know only the newer name; empty without it.</summary>
    internal Range MaxTokensName { get; init; }
}

/// <summary>A member of a chat request that OpenAI does not have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Span">Where it lies in the body, with the comma before it.</param>
internal readonly record struct ChatExtension(string Name, Range Span)
{
    /// <summary>Leaves the extensions of a call out of its body, and tells the call their names.</summary>
    public static void LeaveOut(GatewayCall call, BodyEdits edits)
    {
        foreach (var (name, span) in call.Origin?.Extensions ?? [])
        {
            edits.Replace(span, ReadOnlyMemory<byte>.Empty);
            if (!call.Dropped.Contains(name))
            {
                call.Drop(name);
            }
        }
    }
}
