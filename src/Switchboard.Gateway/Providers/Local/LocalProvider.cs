using Microsoft.Extensions.Logging;
using Switchboard.Engine;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.Local.Models;

namespace Switchboard.Gateway.Providers.Local;

/// <summary>The engine as a provider: the built-in models, and the GGUF files of a folder.</summary>
public sealed partial class LocalProvider : IProvider, IAsyncDisposable
{
    private readonly LocalModelDirectory _models;
    private readonly EnginePool _engines;
    private readonly LocalChat _chat;
    private readonly LocalCompletions _completions;
    private readonly LocalEmbeddings _embeddings;
    private readonly ILogger _logger;

    private LocalProvider(string name, ProviderSettings settings, ProviderServices services)
    {
        Name = name;
        _logger = services.LoggerFactory.CreateLogger<LocalProvider>();
        List<ModelFolder> folders = [new(Path.Combine(AppContext.BaseDirectory, "models"), IsBuiltIn: true)];
        if (settings.ModelsDirectory is { } directory)
        {
            folders.Add(new ModelFolder(directory, IsBuiltIn: false));
        }

        _models = new LocalModelDirectory(folders, _logger);
        _engines = new EnginePool(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, new InferenceOptions(), services.TimeProvider, _logger);
        _chat = new LocalChat(_engines, settings.CommitAfter, services.Heartbeat, services.TimeProvider);
        _completions = new LocalCompletions(_engines, settings.CommitAfter, services.Heartbeat, services.TimeProvider);
        _embeddings = new LocalEmbeddings(new EmbedderCache());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How many sequences are being decoded now.</summary>
    internal int ActiveSequences => _engines.ActiveSequences;

    /// <summary>Makes the provider; for <see cref="ProviderRegistry"/>.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(services);
        return new LocalProvider(name, settings, services);
    }

    /// <inheritdoc/>
    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) =>
        new(new ModelListing([.. _models.Scan().Select(Describe)]));

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation is ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Embeddings or ApiOperation.CountTokens;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Operation switch
        {
            ApiOperation.ChatCompletions => RunAsync(call, model, LocalModelKind.Language, _chat.AnswerAsync, cancellationToken),
            ApiOperation.CountTokens => RunAsync(call, model, LocalModelKind.Language, _chat.CountAsync, cancellationToken),
            ApiOperation.Completions => RunAsync(call, model, LocalModelKind.Language, _completions.AnswerAsync, cancellationToken),
            ApiOperation.Embeddings => RunAsync(call, model, LocalModelKind.Embedding, _embeddings.AnswerAsync, cancellationToken),
            _ => throw new ArgumentException($"The local engine does not offer {call.Operation}.", nameof(call)),
        };
    }

    /// <summary>Ends all generations and frees the models.</summary>
    public ValueTask DisposeAsync() => _engines.DisposeAsync();

    private static ModelDescription Describe(LocalModel model) => new(model.Name, model.Written, "switchboard")
    {
        Description = model.Description,
        ContextLength = model.ContextLength,
    };

    private async ValueTask<GatewayOutcome> RunAsync(
        GatewayCall call,
        string name,
        LocalModelKind needed,
        Func<GatewayCall, LocalModel, CancellationToken, ValueTask<GatewayOutcome>> answer,
        CancellationToken cancellationToken)
    {
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        if (_models.Find(name) is not { } model)
        {
            return GatewayOutcome.Failed(GatewayError.ModelNotFound(name));
        }

        if (model.Kind != needed)
        {
            return GatewayOutcome.Failed(Incapable(model));
        }

        try
        {
            return await answer(call, model, cancellationToken);
        }
        catch (Exception fault) when (!call.Sink.IsCommitted && LocalFaults.ToError(fault, call.Operation, cancellationToken) is { } error)
        {
            if (error.Status >= 500)
            {
                Log.Failed(_logger, fault, call.RequestId, name);
            }

            return GatewayOutcome.Failed(error);
        }
    }

    private static GatewayError Incapable(LocalModel model) => GatewayError.InvalidRequest(
        model.Kind == LocalModelKind.Embedding
            ? $"The model '{model.Name}' makes embeddings only: use POST /v1/embeddings."
            : $"The model '{model.Name}' makes no embeddings: use it for chat or completions.",
        "model",
        "unsupported_operation");

    private static partial class Log
    {
        [LoggerMessage(1920, LogLevel.Warning, "Request {RequestId} to the local model {Model} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId, string model);
    }
}
