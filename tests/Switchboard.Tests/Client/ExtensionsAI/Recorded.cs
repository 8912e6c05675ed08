using System.Text.Json;
using Switchboard.Client;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.ExtensionsAI;

/// <summary>A client before a server that answers as OpenAI's did once.</summary>
internal sealed class Recorded : IAsyncDisposable
{
    public Recorded(string? file = null, bool streamsOnly = false)
    {
        if (file is not null)
        {
            Assert.SkipWhen(SharedFolder.FullPath is null, SharedFolder.SkipReason ?? "");
            Recording = Recording.FromSession(SharedFolder.Combine("recordings", file + ".json"));
            Upstream.Replay(streamsOnly ? Recording.Of(Recording.Exchanges.Where(exchange => exchange.IsStream)) : Recording);
        }

        Client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-test", BaseUrl = Upstream.BaseUrl, ReadsEnvironment = false, MaxRetries = 0 });
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public ReplayUpstream Upstream { get; } = ReplayUpstream.Start();

    public Recording? Recording { get; }

    public SwitchboardClient Client { get; }

    /// <summary>What was sent last.</summary>
    public JsonElement Sent => Upstream.Requests[^1].Json;

    /// <summary>Checks that what was sent last is this JSON.</summary>
    public void AssertSent(string json) => Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json), Sent), Sent.GetRawText());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Upstream.DisposeAsync();
    }
}
