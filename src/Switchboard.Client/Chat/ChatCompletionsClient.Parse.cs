using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.StructuredOutputs;
using Switchboard.Protocol.Chat;

namespace Switchboard.Client.Chat;

public sealed partial class ChatCompletionsClient
{
    /// <summary>Asks for an answer of a .NET type: the request's <c>response_format</c> becomes the type's strict schema, the answer is read into it.</summary>
    /// <param name="request">The request; its <see cref="ChatCompletionRequest.ResponseFormat"/> is not sent.</param>
    /// <param name="type">How the type is written and read, from a source-generated context.</param>
    /// <param name="options">What this call does otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The answer of the first choice, or the model's refusal.</returns>
    /// <exception cref="ArgumentException">No strict schema can say what the type is.</exception>
    /// <exception cref="IncompleteOutputException">The answer was cut at the token limit or by a filter.</exception>
    /// <exception cref="UnreadableOutputException">The answer is not JSON, or not of the type.</exception>
    /// <exception cref="ApiException">The call failed.</exception>
    public Task<ParsedCompletion<T>> ParseAsync<T>(
        ChatCompletionRequest request, JsonTypeInfo<T> type, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var output = StructuredOutput<T>.Of(type);
        return SendAsync();

        async Task<ParsedCompletion<T>> SendAsync()
        {
            var result = await CreateAsync(request with { ResponseFormat = output.ChatFormat }, options, cancellationToken).ConfigureAwait(false);
            return output.Parse(result.Value).Of(result);
        }
    }
}
