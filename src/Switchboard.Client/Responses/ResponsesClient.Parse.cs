using System.Text.Json.Serialization.Metadata;
using Switchboard.Client.StructuredOutputs;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

public sealed partial class ResponsesClient
{
    /// <summary>Asks for an answer of a .NET type: the request's <c>text.format</c> becomes the type's strict schema, the answer is read into it.</summary>
    /// <param name="request">The request; the format of its <see cref="ResponseRequest.Text"/> is not sent.</param>
    /// <param name="type">How the type is written and read, from a source-generated context.</param>
    /// <param name="options">What this call does otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The answer of the last message, or the model's refusal.</returns>
    /// <exception cref="ArgumentException">No strict schema can say what the type is.</exception>
    /// <exception cref="IncompleteOutputException">The response is incomplete, failed or was cancelled.</exception>
    /// <exception cref="UnreadableOutputException">The answer is not JSON, or not of the type.</exception>
    /// <exception cref="ApiException">The call failed.</exception>
    public Task<ParsedResponse<T>> ParseAsync<T>(
        ResponseRequest request, JsonTypeInfo<T> type, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var output = StructuredOutput<T>.Of(type);
        return SendAsync();

        async Task<ParsedResponse<T>> SendAsync()
        {
            var text = (request.Text ?? new ResponseTextOptions()) with { Format = output.TextFormat };
            var result = await CreateAsync(request with { Text = text }, options, cancellationToken).ConfigureAwait(false);
            return output.Parse(result.Value).Of(result);
        }
    }
}
