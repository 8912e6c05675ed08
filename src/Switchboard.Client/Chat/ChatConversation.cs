using System.Runtime.CompilerServices;
using System.Text.Json;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Chat;

/// <summary>A conversation that remembers: each message is sent with those before it, the oldest turns left out when it grows too long.</summary>
/// <remarks>
/// A turn is a user's message and all that answers it, calls of tools and their results included; turns leave whole. System and
/// developer messages never leave, nor does the last turn. One message at a time; when sending one fails or is cancelled, the conversation is as before.
/// </remarks>
/// <example><code>
/// var chat = new ChatConversation(client.Chat.Completions, new([new SystemMessage("Be brief.")], "gpt-4o-mini")) { MaxTurns = 20 };
/// ChatCompletion answer = await chat.SendAsync("Hello");
/// </code></example>
public sealed class ChatConversation
{
    private readonly ChatCompletionsClient _client;
    private readonly ChatCompletionRequest _settings;
    private List<ChatMessage> _messages;
    private int _isBusy;

    /// <summary>Begins a conversation, or goes on with one.</summary>
    /// <param name="client">Where the messages are sent.</param>
    /// <param name="request">The model, the settings of each request, and the messages so far, as a rule a system message.</param>
    public ChatConversation(ChatCompletionsClient client, ChatCompletionRequest request)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        _client = client;
        _settings = request;
        _messages = [.. request.Messages];
    }

    /// <summary>How many turns are sent at most, the new one included. 1 or more; null, the default, for all.</summary>
    public int? MaxTurns
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(MaxTurns));
            field = value;
        }
    }

    /// <summary>How many tokens the messages that are sent may have together. 1 or more; null, the default, for any number.</summary>
    public long? MaxTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(MaxTokens));
            field = value;
        }
    }

    /// <summary>Counts the tokens of a message. By default they are guessed: one for four bytes of text, 800 for an image.</summary>
    public Func<ChatMessage, int> CountTokens { get; init; } = MessageTokens.Estimate;

    /// <summary>Tools that the model may call; their calls are run before it answers. Null by default.</summary>
    public ToolSet? Tools { get; init; }

    /// <summary>How tools are run; null for the defaults.</summary>
    public ToolLoopOptions? ToolLoop { get; init; }

    /// <summary>The conversation as it stands: what the next message is sent with, and trimmed from.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>Goes on with a conversation that was saved.</summary>
    /// <param name="client">Where the messages are sent.</param>
    /// <param name="saved">What <see cref="Save"/> gave.</param>
    /// <exception cref="JsonException">It is not a conversation.</exception>
    public static ChatConversation Restore(ChatCompletionsClient client, RawJson saved) =>
        new(client, WireJson.Deserialize<ChatCompletionRequest>(saved.Utf8.Span));

    /// <summary>The conversation as JSON: a chat request with its model, settings and messages. Limits and tools are not in it.</summary>
    public RawJson Save() => RawJson.Parse(WireJson.SerializeToUtf8Bytes(_settings with { Messages = [.. _messages] }));

    /// <summary>Sends a user's message and waits for the answer.</summary>
    /// <param name="message">The message: a text, or parts.</param>
    /// <param name="options">What the calls of the API do otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the sending.</param>
    /// <returns>The answer; with tools, the last one.</returns>
    /// <exception cref="InvalidOperationException">A message is being sent already.</exception>
    /// <exception cref="ApiException">A call of the API failed.</exception>
    public async Task<ChatCompletion> SendAsync(ChatMessageContent message, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        Begin();
        try
        {
            var request = Next(message);
            var run = await _client.RunToolsAsync(request, Tools ?? [], ToolLoop, options, cancellationToken).ConfigureAwait(false);
            _messages = [.. run.Messages];
            return run.Completion;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Sends a user's message and gives the answer while it comes.</summary>
    /// <remarks>Leaving the loop early leaves the conversation as it was.</remarks>
    /// <param name="message">The message: a text, or parts.</param>
    /// <param name="options">What the calls of the API do otherwise than the client.</param>
    /// <param name="cancellationToken">Cancels the sending.</param>
    /// <returns>The answer's chunks; with tools, those of each answer.</returns>
    /// <exception cref="InvalidOperationException">A message is being sent already.</exception>
    /// <exception cref="ApiException">A call of the API failed.</exception>
    public async IAsyncEnumerable<ChatCompletionChunk> StreamAsync(
        ChatMessageContent message, CallOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Begin();
        try
        {
            var stream = _client.RunToolsStreamingAsync(Next(message), Tools ?? [], ToolLoop, options, cancellationToken);
            await foreach (var chunk in stream.ConfigureAwait(false))
            {
                yield return chunk;
            }

            _messages = [.. stream.Run.Messages];
        }
        finally
        {
            End();
        }
    }

    private ChatCompletionRequest Next(ChatMessageContent message) => _settings with
    {
        Messages = ConversationTrimmer.Trim([.. _messages, new UserMessage(message)], MaxTurns, MaxTokens, CountTokens),
    };

    private void Begin()
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw new InvalidOperationException("A message is being sent already: wait for its answer.");
        }
    }

    private void End() => Volatile.Write(ref _isBusy, 0);
}
