using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Responses;

namespace Switchboard.Gateway.Conversations;

/// <summary>
/// A turn under way: the chat request that asks for its answer, and what becomes of the answer. While it is not disposed
/// no other turn of its conversation runs. Nothing of it is kept before the answer is whole.
/// </summary>
public sealed class OpenTurn : IAsyncDisposable
{
    private readonly ConversationService _service;
    private readonly IAsyncDisposable _place;
    private readonly TurnRequest _request;
    private readonly Conversation _conversation;
    private readonly bool _isNew;
    private HeldAnswer? _held;
    private TranslatingSink? _stream;
    private GatewayCall? _call;

    internal OpenTurn(ConversationService service, IAsyncDisposable place, TurnRequest request, Conversation conversation, bool isNew, TurnPrompt prompt)
    {
        (_service, _place, _request, _conversation, _isNew) = (service, place, request, conversation, isNew);
        (Body, Facts, Origin) = (prompt.Body, prompt.Facts, prompt.Origin);
        Id = ConversationIds.ToUuid(conversation.Id);
        ConversationIdUtf8 = Encoding.UTF8.GetBytes(Id);
    }

    /// <summary>The conversation, as a UUID.</summary>
    public string Id { get; }

    /// <summary>The chat request.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>What was found in it.</summary>
    public RequestFacts Facts { get; }

    /// <summary>What of it not every provider takes.</summary>
    public CallOrigin Origin { get; }

    internal ReadOnlySpan<byte> ConversationId => ConversationIdUtf8;

    private byte[] ConversationIdUtf8 { get; }

    /// <summary>The sink for the call that asks for the answer.</summary>
    /// <param name="caller">Where a stream goes; a whole answer is held until <see cref="CompleteAsync"/>.</param>
    public IAnswerSink CreateSink(IAnswerSink caller) =>
        _request.Stream ? _stream = new TranslatingSink(caller, new TurnSurface(this)) : _held = new HeldAnswer();

    /// <summary>Says which call asks for the answer. Before it runs.</summary>
    public void Begin(GatewayCall call)
    {
        _call = call;
        _held?.Call = call;
    }

    /// <summary>Ends the turn when its call has ended.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="cancellationToken">Fires when the caller leaves.</param>
    /// <returns>What is to be told of a turn that does not stream, or why it failed; neither where the caller knows or has left.</returns>
    public async ValueTask<(TurnResult? Result, GatewayError? Error)> CompleteAsync(GatewayOutcome outcome, CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            return (null, (await _stream.CompleteAsync(outcome, cancellationToken)).Error);
        }

        if (outcome.IsError || outcome.IsCallerGone || _held is null)
        {
            return (null, outcome.Error);
        }

        if (_held.Body is not { } body)
        {
            return (null, GatewayError.Upstream("The provider ended its answer before it was complete, or it is larger than 64 MB."));
        }

        var answer = new WholeTurnAnswer();
        return TryRead(body, answer) ? await KeepAsync(answer) : (null, GatewayError.Upstream("The provider gave an answer that is not what was asked for."));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _place.DisposeAsync();

    /// <summary>Keeps question and answer. Who has left meanwhile finds them when they come back.</summary>
    internal async ValueTask<(TurnResult? Result, GatewayError? Error)> KeepAsync(TurnAnswer answer)
    {
        var prompt = answer.Usage?.Prompt ?? TokenEstimate.Of(Body.Span);
        var result = new TurnResult(answer.Text)
        {
            Model = answer.Model ?? Facts.Model,
            PromptTokens = prompt,
            Tokens = prompt + (answer.Usage?.Completion ?? (answer.Text.Length + 3) / 4),
            Cost = _call?.CostSoFar,
            At = _service.Now,
            Reason = answer.Reason ?? FinishReason.Stop,
        };
        var message = Message;
        var turn = new ConversationTurn(_conversation.Tenant, _conversation.Id,
        [
            Item(isUser: true, TurnPrompt.Escape(message)),
            Item(isUser: false, answer.Text, isWhole: result.Reason is FinishReason.Stop or FinishReason.ToolCalls),
        ])
        {
            After = _conversation.Turns,
            Tokens = result.Tokens,
            Cost = result.Cost ?? 0,
            Model = _request.Model,
            SystemPrompt = _request.SystemPrompt,
        };
        var conversation = message == _request.Message ? _conversation : _conversation with { Title = ConversationService.TitleOf(message) };
        var error = await _service.KeepAsync(conversation, turn, _isNew);
        return error is null ? (result, null) : (null, error);
    }

    // As the guardrails left it: what no model may read is not kept either.
    private string Message => _call is null || _call.Body.Equals(Body) ? _request.Message : TurnPrompt.MessageOf(_call.Body);

    private ConversationItem Item(bool isUser, ReadOnlySpan<byte> escaped, bool isWhole = true)
    {
        var id = ResponseIds.OfItem("msg", ConversationIds.ToOpenAI(_conversation.Id));
        return new ConversationItem(id, TurnJson.Item(id, isUser, escaped, isWhole));
    }

    private static bool TryRead(ReadOnlyMemory<byte> completion, WholeTurnAnswer answer)
    {
        try
        {
            return ChatCompletionReader.Read(completion, answer) && answer.Reason is not null;
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return false;
        }
    }
}
