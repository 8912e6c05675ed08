using Switchboard.Protocol.Realtime;

namespace Switchboard.Client.Realtime;

/// <content>What a conversation is made of, without its events' names.</content>
public sealed partial class RealtimeConnection
{
    /// <summary>Changes the session: instructions, voice, tools, turn detection, formats. The server answers with <see cref="RealtimeSessionUpdatedEvent"/>.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask UpdateSessionAsync(RealtimeAnySessionOptions session, CancellationToken cancellationToken = default) =>
        SendAsync(new RealtimeSessionUpdateClientEvent(session), cancellationToken);

    /// <summary>Adds an item to the conversation, at its end.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AddItemAsync(RealtimeItem item, CancellationToken cancellationToken = default) =>
        SendAsync(new RealtimeConversationItemCreateClientEvent(item), cancellationToken);

    /// <summary>Adds what the user writes. No answer begins by itself: see <see cref="CreateResponseAsync"/>.</summary>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AddUserTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return AddItemAsync(
            new RealtimeConversationItemMessageUser([new() { Type = RealtimeConversationItemMessageUserContentType.InputText, Text = text }]),
            cancellationToken);
    }

    /// <summary>Adds what a function gave. After the last one of a response's calls (<see cref="RealtimeEvents.FunctionCalls"/>) ask for the next with <see cref="CreateResponseAsync"/>.</summary>
    /// <param name="callId">The <c>call_id</c> of the function call.</param>
    /// <param name="output">What the function gave: text, as a rule JSON.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AddFunctionOutputAsync(string callId, string output, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(callId);
        ArgumentNullException.ThrowIfNull(output);
        return AddItemAsync(new RealtimeConversationItemFunctionCallOutput(callId, output), cancellationToken);
    }

    /// <summary>Asks for an answer.</summary>
    /// <param name="response">What is otherwise than in the session; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask CreateResponseAsync(RealtimeResponseCreate? response = null, CancellationToken cancellationToken = default) =>
        SendAsync(new RealtimeResponseCreateClientEvent { Response = response }, cancellationToken);

    /// <summary>Stops an answer. What was said of it stays in the conversation: see <see cref="InterruptAsync"/>.</summary>
    /// <param name="responseId">The answer; null for the one that is being made.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask CancelResponseAsync(string? responseId = null, CancellationToken cancellationToken = default) =>
        SendAsync(new RealtimeResponseCancelClientEvent { ResponseId = responseId }, cancellationToken);

    /// <summary>
    /// The user speaks over the model: stops its answer, if one is being made (<c>response.cancel</c>), and takes out of the conversation
    /// what was not heard of the last spoken item (<c>conversation.item.truncate</c>). With <see cref="RealtimeConnectionOptions.CallId"/> it
    /// empties the call's output instead (<c>output_audio_buffer.clear</c>), which no other session has.
    /// </summary>
    /// <remarks>It goes by the events that were read with <see cref="ReceiveAsync"/>. Does nothing when nothing was said since the last time.</remarks>
    /// <param name="played">How much of the last spoken item was played, at most what has come of it; null for all that has come.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <inheritdoc cref="SendAsync(RealtimeClientEvent, CancellationToken)" path="/exception"/>
    public async ValueTask InterruptAsync(TimeSpan? played = null, CancellationToken cancellationToken = default)
    {
        foreach (var clientEvent in _playback.Interrupt(played))
        {
            await SendAsync(clientEvent, cancellationToken).ConfigureAwait(false);
        }

        if (_options.CallId is not null)
        {
            await SendAsync(new RealtimeOutputAudioBufferClearClientEvent(), cancellationToken).ConfigureAwait(false);
        }
    }
}
