using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation.Responses;
using Switchboard.Gateway.Translation.Responses.Output;

namespace Switchboard.Gateway.Responses;

/// <summary>
/// A provider with the Responses API in front of it. One that only has chat is asked for a chat completion, and its
/// answer becomes a response; one that speaks the API itself gets its calls as they came, unless they go on from what
/// the gateway keeps.
/// </summary>
internal sealed class ResponsesOverChat : IProvider, IAsyncDisposable
{
    private readonly IProvider _inner;
    private readonly ProviderServices _services;
    private readonly ResponsePreparation _preparation;
    private readonly StoredCalls _calls;
    private readonly bool _isNative;

    private ResponsesOverChat(IProvider inner, ProviderSettings settings, ProviderServices services)
    {
        _inner = inner;
        _services = services;
        _preparation = new ResponsePreparation(services, settings);
        _calls = new StoredCalls(services);
        _isNative = inner.Offers(ApiOperation.Responses) && settings.Responses == ResponsesHandling.Native;
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <summary>The provider with the API in front of it, if it has chat at all.</summary>
    public static IProvider Around(IProvider provider, ProviderSettings settings, ProviderServices services) =>
        provider.Offers(ApiOperation.ChatCompletions) ? new ResponsesOverChat(provider, settings, services) : provider;

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation == ApiOperation.Responses || _inner.Offers(operation);

    /// <inheritdoc/>
    public bool OffersUnnamed(ApiOperation operation) => operation == ApiOperation.Responses ? _isNative : _inner.OffersUnnamed(operation);

    /// <inheritdoc/>
    public bool Passes(CallOrigin origin) => _inner.Passes(origin);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (call.Operation == ApiOperation.Other)
        {
            return !_isNative && StoredCalls.IsOfConversations(call) ? _calls.AnswerAsync(call, cancellationToken) : _inner.AnswerAsync(call, model, cancellationToken);
        }

        if (call.Operation != ApiOperation.Responses || (_isNative && !NamesOurs(call)))
        {
            return _inner.AnswerAsync(call, model, cancellationToken);
        }

        return call.Socket is not null
            ? new(GatewayOutcome.Failed(GatewayError.InvalidRequest($"The provider '{Name}' only has chat, which has no websocket; use POST /v1/responses.", null, "unsupported_operation")))
            : _isNative ? AnswerExpandedAsync(call, model, cancellationToken)
            : AnswerOverChatAsync(call, model, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _inner.ListModelsAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        switch (_inner)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    // Whether it is one of the members that count, is looked at later; most bodies have no such bytes at all.
    private static bool NamesOurs(GatewayCall call) => call.Body.Span.IndexOf(ResponseIds.MarkUtf8) >= 0;

    private async ValueTask<GatewayOutcome> AnswerOverChatAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        var (prepared, error) = await _preparation.ForChatAsync(call, Name, model, cancellationToken);
        if (prepared is null)
        {
            return GatewayOutcome.Failed(error!);
        }

        var surface = new ResponsesSurface(call, new ResponseFrame(prepared.Turn.Key, _services.TimeProvider, prepared.Echo), prepared.Turn, _services);
        var sink = new TranslatingSink(call.Sink, surface);
        var origin = new CallOrigin { Dialect = ApiDialect.OpenAI, Body = call.Body, Path = call.Path, IsOfOpenAI = true, Extensions = prepared.Extensions };
        var chat = call.As(OperationProfile.Of(ApiOperation.ChatCompletions), prepared.Body, prepared.Facts, sink, origin);
        if (await CheckAsync(call, chat, prepared.Turn, cancellationToken) is { } refused)
        {
            return GatewayOutcome.Failed(refused);
        }

        var outcome = await sink.CompleteAsync(await _inner.AnswerAsync(chat, model, cancellationToken), cancellationToken);
        call.TakeAnswer(chat);
        return outcome;
    }

    // The provider keeps nothing of what the gateway keeps, and so is told all of it.
    private async ValueTask<GatewayOutcome> AnswerExpandedAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        var (prepared, error) = await _preparation.ForNativeAsync(call, Name, cancellationToken);
        if (error is not null)
        {
            return GatewayOutcome.Failed(error);
        }

        if (prepared is null)
        {
            return await _inner.AnswerAsync(call, model, cancellationToken);
        }

        var expanded = call.As(OperationProfile.Of(ApiOperation.Responses), prepared.Body, prepared.Facts, call.Sink);
        if (await CheckAsync(call, expanded, prepared.Turn, cancellationToken) is { } refused)
        {
            return GatewayOutcome.Failed(refused);
        }

        var outcome = await _inner.AnswerAsync(expanded, model, cancellationToken);
        call.TakeAnswer(expanded);
        call.NextEvent = expanded.NextEvent;
        return outcome;
    }

    // What went before was put there by whoever may, or answered under other rules.
    private static ValueTask<GatewayError?> CheckAsync(GatewayCall call, GatewayCall made, ResponseTurn turn, CancellationToken cancellationToken) =>
        call.Check?.CheckAsync(made, turn.Place, cancellationToken) ?? default;
}
