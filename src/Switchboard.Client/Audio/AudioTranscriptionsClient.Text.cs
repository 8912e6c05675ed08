using Switchboard.Client.Transport;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Audio;

public sealed partial class AudioTranscriptionsClient
{
    /// <summary>Gives the text alone, whatever the format: of <c>text</c>, <c>srt</c> and <c>vtt</c> the answer as it came, of the JSON formats the text in it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What this call does otherwise than the client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ApiResult<string>> CreateTextAsync(TranscriptionRequest request, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        PayloadReader<string> reader = request.ResponseFormat?.Value is "text" or "srt" or "vtt"
            ? TextPayload.Instance
            : new TextOfPayload<TranscriptionResult>(WirePayload<TranscriptionResult>.Instance, Subtitles.GetText);
        return _transport.SendAsync(new ApiRequest(OpenAIOperations.CreateTranscription, "/audio/transcriptions", options) { Body = FormBody.Of(request), Model = request.Model }, reader, cancellationToken);
    }
}
