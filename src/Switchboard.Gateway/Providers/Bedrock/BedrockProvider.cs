using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Bedrock;

namespace Switchboard.Gateway.Providers.Bedrock;

/// <summary>Amazon Bedrock: chat by the Converse API, embeddings, pictures and reranking, translated both ways; signed, or with a key of Bedrock's own.</summary>
internal sealed class BedrockProvider : IProvider, IDisposable
{
    private readonly UpstreamConnection _runtime;
    private readonly UpstreamConnection _control;
    private readonly UpstreamConnection _agents;
    private readonly TranslatedChat _chat;
    private readonly TranslatedEmbeddings _embeddings;
    private readonly TranslatedPictures _pictures;
    private readonly TranslatedReranking _reranking;
    private readonly ModelLister _models;
    private readonly ModelLister _profiles;

    private BedrockProvider(string region, Func<string, UpstreamConnection> connectTo, TimeProvider time, ILogger logger)
    {
        (_runtime, _control, _agents) = (connectTo("bedrock-runtime"), connectTo("bedrock"), connectTo("bedrock-agent-runtime"));
        _chat = new TranslatedChat(_runtime, new BedrockDialect(), time, logger);
        _embeddings = new TranslatedEmbeddings(_runtime, time, logger);
        _pictures = new TranslatedPictures(_runtime, (operation, model) => BedrockPictures.Of(model, operation == ApiOperation.ImageVariations), time, logger)
        {
            NoDialect = "Of the models on Bedrock Nova Canvas, Titan Image Generator, Stable Diffusion 3, Stable Image Core, Ultra and Inpaint make pictures; variations without words those of Amazon alone.",
        };
        _reranking = new TranslatedReranking(_agents, new BedrockRerank(region), time, logger);
        _models = new ModelLister(_control, time) { Path = "foundation-models", Member = "modelSummaries", Describe = DescribeModel };
        _profiles = new ModelLister(_control, time) { Path = "inference-profiles?maxResults=1000", Member = "inferenceProfileSummaries", Describe = DescribeProfile };
    }

    /// <inheritdoc/>
    public string Name => _runtime.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        var region = settings.Region ?? ProviderSettings.UsualRegion;
        var runtime = settings.BaseUrl ?? new Uri($"https://bedrock-runtime.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}");
        return new BedrockProvider(region, service => Connect(AddressOf(service, runtime)), services.TimeProvider, services.LoggerFactory.CreateLogger<BedrockProvider>());

        UpstreamConnection Connect(Uri address) => new(name, address, settings)
        {
            Heartbeat = services.Heartbeat,
            Signer = settings.SecretAccessKey is null ? null : new AwsSigner(settings, services.TimeProvider),
        };
    }

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) =>
        operation is ApiOperation.ChatCompletions or ApiOperation.Embeddings or ApiOperation.Rerank || TranslatedPictures.Offers(operation);

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => call.Operation switch
    {
        ApiOperation.ChatCompletions => _chat.AnswerAsync(call, model, cancellationToken),
        ApiOperation.Rerank => _reranking.AnswerAsync(call, model, cancellationToken),
        ApiOperation.Embeddings => BedrockEmbeddings.Of(model) is { } dialect
            ? _embeddings.AnswerAsync(call, model, dialect, cancellationToken)
            : new(GatewayOutcome.Failed(GatewayError.InvalidRequest(
                "Of the models on Bedrock those of Titan Embed, Nova Embeddings and Cohere Embed make embeddings.", "model", "unsupported_operation"))),
        _ => _pictures.AnswerAsync(call, model, cancellationToken),
    };

    /// <summary>The models, and the profiles by which some of them can be asked alone; without the right to list profiles the models.</summary>
    public async ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken)
    {
        var profiles = _profiles.ListAsync(cancellationToken).AsTask();
        var models = await _models.ListAsync(cancellationToken);
        var further = await profiles;
        return models.Error is not null ? models : new([.. models.Models, .. further.Models]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runtime.Dispose();
        _control.Dispose();
        _agents.Dispose();
    }

    /// <summary>Where a service of Bedrock answers: what administers and what reranks stand beside what runs; behind an address of one's own all are taken to be.</summary>
    internal static Uri AddressOf(string service, Uri runtime)
    {
        const string Runtime = "bedrock-runtime";
        return runtime.Host.StartsWith(Runtime, StringComparison.Ordinal)
            ? new UriBuilder(runtime) { Host = string.Concat(service, runtime.Host.AsSpan(Runtime.Length)) }.Uri
            : runtime;
    }

    private static ModelDescription? DescribeModel(JsonElement model) => model.Text("modelId"u8) is { Length: > 0 } id
        ? new ModelDescription(id, DateTimeOffset.UnixEpoch, model.Text("providerName"u8) ?? "bedrock") { Description = model.Text("modelName"u8) }
        : null;

    private static ModelDescription? DescribeProfile(JsonElement profile) => profile.Text("inferenceProfileId"u8) is { Length: > 0 } id
        ? new ModelDescription(id, DateTimeOffset.UnixEpoch, "bedrock") { Description = profile.Text("inferenceProfileName"u8) }
        : null;
}
