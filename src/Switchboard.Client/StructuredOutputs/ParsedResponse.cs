using Switchboard.Protocol.Responses;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>A response whose answer was read into a .NET type.</summary>
/// <typeparam name="T">The type.</typeparam>
public sealed class ParsedResponse<T>
{
    internal ParsedResponse(Response response) => Response = response;

    /// <summary>The response as it came.</summary>
    public Response Response { get; }

    /// <summary>How the response came; null when it was not <c>ParseAsync</c> that asked for it.</summary>
    public ApiResult<Response>? Result { get; internal init; }

    /// <summary>The answer, of the last message; the default when the model refused or called tools instead, and while the response runs in the background.</summary>
    public T? Parsed { get; internal init; }

    /// <summary>Whether there is an answer in <see cref="Parsed"/>.</summary>
    public bool IsParsed { get; internal init; }

    /// <summary>Why the model declined to answer; null when it did not.</summary>
    public string? Refusal { get; internal init; }

    internal ParsedResponse<T> Of(ApiResult<Response> result) =>
        new(Response) { Result = result, Parsed = Parsed, IsParsed = IsParsed, Refusal = Refusal };
}
