using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Relay.Batch;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Markup;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>
/// Any server that speaks the API of OpenAI: the request goes out as the bytes it came in, and so does the answer come
/// back.
/// </summary>
internal sealed class OpenAICompatibleProvider(UpstreamConnection connection, TimeProvider time, ILogger<OpenAICompatibleProvider> logger)
    : IProvider, IDisposable
{
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = RequestReader.MaxDepth };

    private const int MostUnasked = 1024 * 1024;

    private readonly MarkupFormat? _markup = MarkupFormat.TryFind(connection.Settings.ReasoningParser, connection.Settings.ToolParser, out var markup, out _) ? markup : null;

    /// <summary>Where calls go, where the paths are not OpenAI's; null where they are.</summary>
    public ApiPath? PathOf { get; init; }

    /// <summary>Asks for the models.</summary>
    public ModelLister Models { get; init; } = new(connection, time);

    /// <inheritdoc/>
    public string Name => connection.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services) => new OpenAICompatibleProvider(
        new UpstreamConnection(name, settings.Address ?? throw new ArgumentException($"'{settings.Type}' has no address of its own.", nameof(settings)), settings) { Heartbeat = services.Heartbeat },
        services.TimeProvider,
        services.LoggerFactory.CreateLogger<OpenAICompatibleProvider>());

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) =>
        connection.Settings.ListsModels ? Models.ListAsync(cancellationToken) : new(new ModelListing([]));

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation != ApiOperation.CountTokens;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        call.Socket is { } socket ? OpenAsync(call, socket, model, cancellationToken)
        : call.Upload is { } upload ? PassOnAsync(call, upload, model, cancellationToken)
        : SendAsync(call, model, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private async ValueTask<GatewayOutcome> OpenAsync(GatewayCall call, ISocketCaller socket, string model, CancellationToken cancellationToken)
    {
        var path = model.Length > 0 && model != call.Facts.Model ? QueryText.With(call.Path, "model", model) : call.Path;
        return Place(call, path, model) is not { } place
            ? Nowhere()
            : await new SocketRelay(connection, time, logger, call, socket).RunAsync(connection.CreateSocketRequest(call, place), cancellationToken);
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
        if (Place(call, call.Path, model) is not { } place)
        {
            return new(Nowhere());
        }

        if (connection.Settings.BatchPrompts || call.Operation != ApiOperation.Completions || PromptList.Find(call.Body.Span) is not { } prompts)
        {
            return SendAsync(call, place, edits, cancellationToken);
        }

        if (prompts.Prompts.Count > 1)
        {
            return SendEachAsync(call, place, prompts, edits, cancellationToken);
        }

        edits.Replace(prompts.Span, call.Body[prompts.Prompts[0]]);
        return SendAsync(call, place, edits, cancellationToken);
    }

    private ValueTask<GatewayOutcome> SendEachAsync(GatewayCall call, string place, PromptList prompts, BodyEdits edits, CancellationToken cancellationToken) =>
        new PromptBatch(call, prompts, edits, (part, edits, token) => SendAsync(part, place, edits, token)).RunAsync(connection, time, cancellationToken);

    private async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, string place, BodyEdits edits, CancellationToken cancellationToken)
    {
        var content = new RequestContent(call.Body, edits);
        try
        {
            var request = connection.CreateRequest(call, place, EngineRequest.HeadersOf(call, connection.Settings.Extensions), call.Body.IsEmpty ? null : content);
            return await RelayAsync(call, request, cancellationToken);
        }
        finally
        {
            // The body is the caller's again from here on.
            await content.ReleaseAsync();
        }
    }

    private async ValueTask<GatewayOutcome> PassOnAsync(GatewayCall call, UploadBody upload, string model, CancellationToken cancellationToken)
    {
        if (Place(call, call.Path, model) is not { } place)
        {
            return Nowhere();
        }

        using var content = new UploadContent(upload);

        // Who refuses by the head alone can say so: in the middle of a body nobody listens for it.
        var request = connection.CreateRequest(call, place, call.ForwardedHeaders, content) with { ExpectsContinue = upload.Length is null or > MostUnasked };
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
        : new UnaryRelay(connection, time, logger, call) { Translation = WithoutMarkup(call) }.RunAsync(request, cancellationToken);

    private WholeTranslation? WithoutMarkup(GatewayCall call)
    {
        if (_markup is null || call.Operation != ApiOperation.ChatCompletions)
        {
            return null;
        }

        return (body, output) =>
        {
            new MarkupAnswers(_markup, ToolsOf(call)).Write(body.Span, output);
            return ForeignPiece.Taken;
        };
    }

    // A call is looked for only where there are tools, and they may be called.
    private static ToolSchemas? ToolsOf(GatewayCall call)
    {
        using var request = JsonDocument.Parse(call.Body, s_deep);
        var root = request.RootElement;
        return root.Find("tools"u8) is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0 && !root.Escaped("tool_choice"u8).SequenceEqual("none"u8)
            ? new ToolSchemas(tools.Raw().ToArray())
            : null;
    }

    private async ValueTask<GatewayOutcome> StreamAsync(GatewayCall call, UpstreamRequest request, CancellationToken cancellationToken)
    {
        var markup = _markup is null || call.Operation != ApiOperation.ChatCompletions ? null : new MarkupChunks(_markup, ToolsOf(call));
        using var relay = new PassedStream(connection, time, logger, call, KindOf(call.Operation), markup);
        return await relay.RunAsync(request, cancellationToken);
    }

    private string? Place(GatewayCall call, string path, string model) => PathOf is null ? path : PathOf(call.Operation, path, model);

    private static GatewayOutcome Nowhere() => GatewayOutcome.Failed(GatewayError.InvalidRequest(
        "This provider has the model in the address of a request: name the model, and in a form before its file.", "model", "missing_model"));

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
