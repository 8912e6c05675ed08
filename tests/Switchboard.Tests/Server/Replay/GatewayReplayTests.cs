using System.Text.Json;
using Switchboard.Client;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Calls;
using Switchboard.Tests.Client.Replay;

namespace Switchboard.Tests.Server.Replay;

/// <summary>Every recorded interaction, made again through the gateway: the provider is asked the same, and the caller told the same.</summary>
public sealed class GatewayReplayTests(ITestOutputHelper output)
{
    // What the gateway knows itself and asks nobody for.
    private static readonly string[] s_own = ["listModels", "retrieveModel"];

    [Fact]
    public async Task Every_recorded_interaction_passes_byte_for_byte()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var interactions = Interaction.In(SharedFolder.Combine("recordings")).ToList();
        var relayed = interactions.Where(one => !s_own.Contains(one.Route.Operation.Id)).ToList();
        var models = await ModelsOfAsync(relayed);
        await using var upstream = ReplayUpstream.Start();
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with
        {
            // Known names: the provider is not asked for its list, whose request would stand among the recorded ones.
            Models = models.ToDictionary(model => model, model => new ModelSettings { Deployments = [new DeploymentSettings("openai", model)] }),
        });
        using var caller = new TappedHandler();
        using var client = new SwitchboardClient(new SwitchboardClientOptions
        {
            ApiKey = "sk-caller",
            BaseUrl = new Uri(gateway.Address, "v1"),
            ReadsEnvironment = false,
            MaxRetries = 0,
            HttpHandler = caller,
        });
        var run = new ReplayRun(client, upstream, call => GatewayComparison.DifferencesAsync(call, caller, "sk-openai"));

        await run.RunAsync(relayed);

        output.WriteLine(run.Summary);
        output.WriteLine($"{interactions.Count - relayed.Count} more are answered by the gateway itself (GET models); {relayed.Count(GatewayComparison.IsKeyRefused)} of the errors are a refused key, told in the gateway's own words");
        Assert.Empty(upstream.Failures);
        Assert.True(run.Problems.Count == 0, $"{run.Equal} of {relayed.Count}\n{string.Join('\n', run.Problems.Take(50))}");
    }

    private static async Task<IReadOnlyCollection<string>> ModelsOfAsync(IEnumerable<Interaction> interactions)
    {
        var models = new HashSet<string>(StringComparer.Ordinal);
        foreach (var interaction in interactions.Where(one => one.Exchange.RequestBody.Length > 0))
        {
            var model = interaction.IsForm
                ? (await FormPart.ReadAsync(interaction.Exchange.RequestBody, interaction.ContentType!)).FirstOrDefault(part => part.Name == "model")?.Text
                : JsonElement.Parse(interaction.Exchange.RequestBody.Span) is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("model", out var value) ? value.GetString() : null;
            if (!string.IsNullOrEmpty(model))
            {
                models.Add(model);
            }
        }

        return models;
    }
}
