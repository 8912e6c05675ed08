using Switchboard.Gateway.Guardrails.Texts;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;

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

    /// <summary>The body names the model, and not the path.</summary>
    internal bool NamesModel => Dialect == ApiDialect.Anthropic;

    /// <summary>Where the JSON string of <c>model</c> lies in <see cref="Body"/>, quotes included; empty where it is not there.</summary>
    public Range ModelSpan { get; init; }

    /// <summary>
    /// The path below the provider's base URL and its query, without what belongs to the gateway: <c>messages</c>. Of
    /// Google's API what stands behind the model: <c>streamGenerateContent?alt=sse</c>.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Headers for a provider of the same dialect: <c>anthropic-beta</c>, <c>anthropic-version</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The extensions that the translation put into messages and tools, for providers that take none.</summary>
    internal IReadOnlyList<ChatExtension> Extensions { get; init; } = [];

    /// <summary>The members of the request that the specification does not have are the caller's own, and none of the translation's.</summary>
    internal bool IsOfOpenAI { get; init; }

    /// <summary>Where the name <c>max_tokens</c> stands in the chat request, for providers that know only the newer name; empty without it.</summary>
    internal Range MaxTokensName { get; init; }

    /// <summary>What is changed in <see cref="Body"/> for a model that refuses what others left in the conversation; null for nothing.</summary>
    internal BodyEdits? Mending { get; init; }

    /// <summary>Why there is no chat request, so that only a provider of the same dialect can be asked; null where there is one.</summary>
    internal GatewayError? Fault { get; init; }

    /// <summary>The same, with what its translation brought.</summary>
    internal CallOrigin With(Range modelSpan, BodyEdits? mending, ChatRequestWriter chat) => new()
    {
        Dialect = Dialect,
        Body = Body,
        Path = Path,
        Headers = Headers,
        ModelSpan = modelSpan,
        Mending = mending,
        Extensions = chat.Extensions,
        MaxTokensName = chat.MaxTokensName,
    };

    /// <summary>The same, with texts of the request masked.</summary>
    internal CallOrigin With(MaskedJson masked) => new()
    {
        Dialect = Dialect,
        Body = masked.Json,
        Path = Path,
        Headers = Headers,
        ModelSpan = masked.Move(ModelSpan),
        Mending = masked.Move(Mending),
        Extensions = Extensions,
        IsOfOpenAI = IsOfOpenAI,
        MaxTokensName = MaxTokensName,
        Fault = Fault,
    };

    /// <summary>The same, with texts of the chat request masked.</summary>
    internal CallOrigin WithBodyMoved(MaskedJson masked) => new()
    {
        Dialect = Dialect,
        Body = Body,
        Path = Path,
        Headers = Headers,
        ModelSpan = ModelSpan,
        Mending = Mending,
        Extensions = [.. Extensions.Select(extension => extension with { Span = masked.Move(extension.Span) })],
        IsOfOpenAI = IsOfOpenAI,
        MaxTokensName = masked.Move(MaxTokensName),
        Fault = Fault,
    };

    /// <summary>The same, which no provider gets as it came.</summary>
    internal CallOrigin Held() => new()
    {
        Dialect = ApiDialect.OpenAI,
        Body = Body,
        Path = Path,
        Extensions = Extensions,
        MaxTokensName = MaxTokensName,
    };

    /// <summary>The same, which could not be translated.</summary>
    internal CallOrigin With(Range modelSpan, BodyEdits? mending, GatewayError fault) => new()
    {
        Dialect = Dialect,
        Body = Body,
        Path = Path,
        Headers = Headers,
        ModelSpan = modelSpan,
        Mending = mending,
        Fault = fault,
    };
}

/// <summary>A member inside a chat request that OpenAI does not have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Span">Where it lies in the body, with the comma before it.</param>
internal readonly record struct ChatExtension(string Name, Range Span)
{
    /// <summary>Leaves the extensions of a call out of its body, and tells the call their names.</summary>
    /// <param name="call">The call.</param>
    /// <param name="edits">What is changed in its body.</param>
    /// <param name="takes">Which stay; null for none.</param>
    public static void LeaveOut(GatewayCall call, BodyEdits edits, Func<string, bool>? takes = null)
    {
        foreach (var (name, span) in call.Origin?.Extensions ?? [])
        {
            // It goes with what it is part of.
            if (takes?.Invoke(name) == true || edits.Touches(span))
            {
                continue;
            }

            edits.Replace(span, ReadOnlyMemory<byte>.Empty);
            if (!call.Dropped.Contains(name))
            {
                call.Drop(name);
            }
        }
    }
}
