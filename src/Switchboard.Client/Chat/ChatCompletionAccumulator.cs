using Switchboard.Client.Helpers;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Shared;

namespace Switchboard.Client.Chat;

/// <summary>Puts a chat completion together from the chunks of its stream.</summary>
/// <remarks>
/// Every choice, parallel tool calls, the deprecated function call, audio, log probabilities and members that the specification does not name
/// (texts of these are joined: <c>reasoning_content</c>) end up as the call without a stream would have answered them. What servers do differently
/// is understood: tool calls without an index or with one index for all, ids once or in each chunk, names in pieces or repeated, an empty finish reason.
/// Not safe for use by several threads at a time.
/// </remarks>
public sealed class ChatCompletionAccumulator
{
    private readonly SortedDictionary<int, ChatChoiceBuilder> _choices = [];
    private GrowingJson? _extra;
    private ChatCompletion? _snapshot;
    private string _id = "";
    private string _model = "";
    private DateTimeOffset _created = DateTimeOffset.UnixEpoch;
    private string? _systemFingerprint;
    private ServiceTier? _serviceTier;
    private CompletionUsage? _usage;
    private ChatCompletionModeration? _moderation;

    /// <summary>The completion as far as it has come; made when it is asked for.</summary>
    public ChatCompletion Snapshot => _snapshot ??= Build();

    /// <summary>True once there is a choice and each has come to its end. Tokens used may still follow.</summary>
    public bool IsComplete => _choices.Count > 0 && _choices.Values.All(choice => choice.IsFinished);

    /// <summary>Takes the next chunk.</summary>
    public void Add(ChatCompletionChunk chunk) => Add(chunk, events: null);

    /// <summary>The whole completion.</summary>
    /// <exception cref="InvalidOperationException">The stream ended before each choice had a finish reason; <see cref="Snapshot"/> has what came.</exception>
    public ChatCompletion GetFinal() => IsComplete ? Snapshot : throw new InvalidOperationException(
        _choices.Count == 0 ? "The stream of the chat completion ended before a choice came." : "The stream of the chat completion ended before each choice had a finish reason: the answer is cut off.");

    internal void Add(ChatCompletionChunk chunk, List<ChatStreamEvent>? events)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        _snapshot = null;
        AddHead(chunk);
        foreach (var piece in chunk.Choices)
        {
            if (!_choices.TryGetValue(piece.Index, out var choice))
            {
                _choices.Add(piece.Index, choice = new ChatChoiceBuilder(piece.Index));
            }

            choice.Add(piece, events);
        }

        if (chunk.Usage is { } usage)
        {
            _usage = usage;
            events?.Add(new ChatUsageUpdate(usage));
        }
    }

    private void AddHead(ChatCompletionChunk chunk)
    {
        _id = _id.Length > 0 ? _id : chunk.Id;
        _model = _model.Length > 0 ? _model : chunk.Model;
        _created = _created > DateTimeOffset.UnixEpoch ? _created : chunk.Created;
        _systemFingerprint = chunk.SystemFingerprint ?? _systemFingerprint;
        _serviceTier = chunk.ServiceTier ?? _serviceTier;
        _moderation = chunk.Moderation ?? _moderation;
        foreach (var (name, value) in chunk.Extra)
        {
            (_extra ??= new GrowingJson())[name].Merge(value.ToElement(), Growth.Replace, name);
        }
    }

    private ChatCompletion Build() => new()
    {
        Id = _id,
        Model = _model,
        Created = _created,
        Choices = [.. _choices.Values.Select(choice => choice.Build())],
        SystemFingerprint = _systemFingerprint,
        ServiceTier = _serviceTier,
        Usage = _usage,
        Moderation = _moderation,
        Extra = _extra?.ToMembers() ?? [],
    };
}
