using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Bedrock;

namespace Switchboard.Gateway.Providers.Bedrock;

/// <summary>Amazon Bedrock: chat by the Converse API, and embeddings, translated both ways; signed, or with a key of Bedrock's own.</summary>
internal sealed class BedrockProvider : IProvider, IDisposable
{
    private readonly UpstreamConnection _runtime;
    private readonly UpstreamConnection _control;
    private readonly TranslatedChat _chat;
    private readonly TranslatedEmbeddings _embeddings;
    private readonly ModelLister _models;
    private readonly ModelLister _profiles;

    private BedrockProvider(UpstreamConnection runtime, UpstreamConnection control, TimeProvider time, ILogger logger)
    {
        _runtime = runtime;
        _control = control;
        _chat = new TranslatedChat(runtime, new BedrockDialect(), time, logger);
        _embeddings = new TranslatedEmbeddings(runtime, time, logger);
        _models = new ModelLister(control, time) { Path = "foundation-models", Member = "modelSummaries", Describe = DescribeModel };
        _profiles = new ModelLister(control, time) { Path = "inference-profiles?maxResults=1000", Member = "inferenceProfileSummaries", Describe = DescribeProfile };
    }

    /// <inheritdoc/>
    public string Name => _runtime.Provider;

    /// <summary>Makes a provider from its settings.</summary>
    public static IProvider Create(string name, ProviderSettings settings, ProviderServices services)
    {
        var region = settings.Region ?? ProviderSettings.UsualRegion;
        var runtime = settings.BaseUrl ?? new Uri($"https://bedrock-runtime.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}");
        return new BedrockProvider(Connect(runtime), Connect(ControlOf(runtime)), services.TimeProvider, services.LoggerFactory.CreateLogger<BedrockProvider>());

        UpstreamConnection Connect(Uri address) => new(name, address, settings)
        {
            Heartbeat = services.Heartbeat,
            Signer = settings.SecretAccessKey is null ? null : new AwsSigner(settings, services.TimeProvider),
        };
    }

    /// <inheritdoc/>
    public bool Offers(ApiOperation operation) => operation is ApiOperation.ChatCompletions or ApiOperation.Embeddings;

    /// <inheritdoc/>
    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) =>
        call.Operation == ApiOperation.ChatCompletions ? _chat.AnswerAsync(call, model, cancellationToken)
        : BedrockEmbeddings.Of(model) is { } dialect ? _embeddings.AnswerAsync(call, model, dialect, cancellationToken)
        : new(GatewayOutcome.Failed(GatewayError.InvalidRequest(
            "Of the models on Bedrock those of Titan Embed, Nova Embeddings and Cohere Embed make embeddings.", "model", "unsupported_operation")));

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
    }

    // What administers stands beside what runs; behind an address of one's own both are taken to be.
    private static Uri ControlOf(Uri runtime)
    {
        const string Runtime = "bedrock-runtime";
        return runtime.Host.StartsWith(Runtime, StringComparison.Ordinal)
            ? new UriBuilder(runtime) { Host = string.Concat("bedrock", runtime.Host.AsSpan(Runtime.Length)) }.Uri
            : runtime;
    }

    private static ModelDescription? DescribeModel(JsonElement model) => model.Text("modelId"u8) is { Length: > 0 } id
        ? new ModelDescription(id, DateTimeOffset.UnixEpoch, model.Text("providerName"u8) ?? "bedrock") { Description = model.Text("modelName"u8) }
        : null;

    private static ModelDescription? DescribeProfile(JsonElement profile) => profile.Text("inferenceProfileId"u8) is { Length: > 0 } id
        ? new ModelDescription(id, DateTimeOffset.UnixEpoch, "bedrock") { Description = profile.Text("inferenceProfileName"u8) }
        : null;
}
