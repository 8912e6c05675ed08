using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Batch;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>
/// Any server that speaks the API of OpenAI: the request goes out as the bytes it came in, and so does the answer come
/// back.
/// </summary>
internal sealed class OpenAICompatibleProvider(UpstreamConnection connection, TimeProvider time, ILogger<OpenAICompatibleProvider> logger)
    : IProvider, IDisposable
{
    /// <summary>Where OpenAI itself answers.</summary>
    public static readonly Uri DefaultBaseUrl = new("https://api.openai.com/v1");

    private const int MostUnasked = 1024 * 1024;

    private readonly ModelLister _lister = new(connection, time);

    /// <inheritdoc/>
    public string Name => connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) => new OpenAICompatibleProvider(
        new UpstreamConnection(name, settings.BaseUrl ?? DefaultBaseUrl, settings) { Heartbeat = services.Heartbeat },
        services.TimeProvider,
        services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>());

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => _lister.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation != ApiOperation.CountTokens;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        call.Socket is { } socket ? OpenAsync(call, socket, model, cancellationToken)
        : call.Upload is { } upload ? PassOnAsync(call, upload, cancellationToken)
        : SendAsync(call, model, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private async ValueTask<GatewayOutcome> OpenAsync(GatewayCall call, ISocketCaller socket, string model, CancellationToken cancellationToken)
    {
        var path = model.Length > 0 && model != call.Facts.Model ? QueryText.With(call.Path, "model", model) : call.Path;
        return await new SocketRelay(connection, time, logger, call, socket).RunAsync(connection.CreateSocketRequest(call, path), cancellationToken);
    }

    private ValueTask<GatewayOutcome> SendAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        var edits = RequestEdits.Of(call, model, connection.Settings, out var refused);
        if (refused is not null)
        {
            return new(GatewayOutcome.Failed(RequestFaults.NotForProvider(refused, connection.Provider)));
        }

        EngineRequest.AddTo(edits, call, connection.Settings);
        TokenLimit.Rename(edits, call, connection.Settings);
        UsageQuestion.AddTo(edits, call, connection.Settings);
        if (connection.Settings.BatchPrompts || call.Operation != ApiOperation.Completions || PromptList.Find(call.Body.Span) is not { } prompts)
        {
            return SendAsync(call, edits, cancellationToken);
        }

        if (prompts.Prompts.Count > 1)
        {
            return new PromptBatch(call, prompts, edits, SendAsync).RunAsync(connection, time, cancellationToken);
        }

        edits.Replace(prompts.Span, call.Body[prompts.Prompts[0]]);
        return SendAsync(call, edits, cancellationToken);
    }

    private async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, BodyEdits edits, CancellationToken cancellationToken)
    {
        var content = new RequestContent(call.Body, edits);
        try
        {
            var request = connection.CreateRequest(call, EngineRequest.HeadersOf(call, connection.Settings.Extensions), call.Body.IsEmpty ? null : content);
            return await RelayAsync(call, request, cancellationToken);
        }
        finally
        {
            // The body is the caller's again from here on.
            await content.ReleaseAsync();
        }
    }

    private async ValueTask<GatewayOutcome> PassOnAsync(GatewayCall call, UploadBody upload, CancellationToken cancellationToken)
    {
        using var content = new UploadContent(upload);

        // Who refuses by the head alone can say so: in the middle of a body nobody listens for it.
        var request = connection.CreateRequest(call, call.ForwardedHeaders, content) with { ExpectsContinue = upload.Length is null or > MostUnasked };
        try
        {
            return await new PassThroughRelay(connection, time, logger, call).RunAsync(request, KindOf(call.Operation), cancellationToken, content);
        }
        finally
        {
            // The body is the caller's again from here on.
            await content.ReleaseAsync();
        }
    }

    private ValueTask<GatewayOutcome> RelayAsync(GatewayCall call, UpstreamRequest request, CancellationToken cancellationToken) =>
        !AnswersOneWay(call.Operation) ? new PassThroughRelay(connection, time, logger, call).RunAsync(request, KindOf(call.Operation), cancellationToken)
        : call.Facts.Stream ? StreamAsync(call, request, cancellationToken)
        : new UnaryRelay(connection, time, logger, call).RunAsync(request, cancellationToken);

    private async ValueTask<GatewayOutcome> StreamAsync(GatewayCall call, UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var relay = new PassedStream(connection, time, logger, call, KindOf(call.Operation));
        return await relay.RunAsync(request, cancellationToken);
    }

    private static StreamKind KindOf(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions or ApiOperation.Completions => StreamKind.Choices,
        ApiOperation.Other => StreamKind.Plain,
        _ => StreamKind.Typed,
    };

    // What the request says decides whether the answer is JSON or events. Forms are not looked into, and sound is bytes.
    private static bool AnswersOneWay(ApiOperation operation) => operation is
        ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Embeddings or ApiOperation.Responses
        or ApiOperation.Moderations or ApiOperation.ImageGenerations or ApiOperation.Rerank;
}
