using Switchboard.Protocol.Chat;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>A chat completion whose answer was read into a .NET type.</summary>
/// <typeparam name="T">The type.</typeparam>
public sealed class ParsedCompletion<T>
{
    internal ParsedCompletion(ChatCompletion completion) => Completion = completion;

    /// <summary>The completion as it came.</summary>
    public ChatCompletion Completion { get; }

    /// <summary>How the completion came; null when it was not <c>ParseAsync</c> that asked for it.</summary>
    public ApiResult<ChatCompletion>? Result { get; internal init; }

    /// <summary>The answer, of the first choice; the default when the model refused or called tools instead.</summary>
    public T? Parsed { get; internal init; }

    /// <summary>Whether there is an answer in <see cref="Parsed"/>.</summary>
    public bool IsParsed { get; internal init; }

    /// <summary>Why the model declined to answer; null when it did not.</summary>
    public string? Refusal { get; internal init; }

    internal ParsedCompletion<T> Of(ApiResult<ChatCompletion> result) =>
        new(Completion) { Result = result, Parsed = Parsed, IsParsed = IsParsed, Refusal = Refusal };
}
