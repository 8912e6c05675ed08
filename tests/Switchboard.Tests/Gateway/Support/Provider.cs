using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Providers.OpenAICompatible;
using Switchboard.Gateway.Relay;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>The provider under test, pointed at an upstream of the test.</summary>
internal static class Provider
{
    public const string Key = "sk-test-0123456789";

    public static OpenAICompatibleProvider At(Uri baseUrl, TimeProvider? time = null, Func<ProviderSettings, ProviderSettings>? change = null, ILogger<OpenAICompatibleProvider>? logger = null)
    {
        var settings = new ProviderSettings { Type = "openai", ApiKey = new Secret(Key) };
        settings = change?.Invoke(settings) ?? settings;
        return new OpenAICompatibleProvider(
            new UpstreamConnection("up", baseUrl, settings),
            time ?? TimeProvider.System,
            logger ?? NullLogger<OpenAICompatibleProvider>.Instance);
    }

    public static ProviderServices Services(TimeProvider? time = null, ILoggerFactory? loggers = null) =>
        new(time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);

    /// <summary>Runs a call as the pipeline does, the model kept.</summary>
    public static ValueTask<GatewayOutcome> RunAsync(this OpenAICompatibleProvider provider, GatewayCall call, CancellationToken cancellationToken) =>
        provider.AnswerAsync(call, call.Facts.Model, cancellationToken);
}
