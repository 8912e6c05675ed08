using Switchboard.Client;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client;

/// <summary>A client of a replaying server.</summary>
internal static class TestClient
{
    public static SwitchboardClient Of(ReplayUpstream upstream) =>
        new(new SwitchboardClientOptions { ApiKey = "sk-test", BaseUrl = upstream.BaseUrl, ReadsEnvironment = false });
}
