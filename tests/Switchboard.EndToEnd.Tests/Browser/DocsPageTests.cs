using System.Text.Json;
using Switchboard.EndToEnd.Tests.BuiltIn;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.Browser;

/// <summary>The page at <c>/docs</c> in a real browser.</summary>
[Collection<OnBuiltInGateway>]
public sealed class DocsPageTests(BuiltInGateway gateway)
{
    private static readonly string s_folder = RepositoryRoot.Combine("tests", "Switchboard.EndToEnd.Tests", "Browser", "node");

    [Fact]
    public async Task The_page_lists_every_operation_and_its_button_sends_a_request()
    {
        var skipReason = RequiredTool.SkipReason("node") ?? RequiredTool.SkipReason("chromium") ?? PackagesSkipReason();
        Assert.SkipWhen(skipReason is not null, skipReason ?? "");
        string[] line = ["docs.mjs", RequiredTool.Find("chromium")!, gateway.BaseUrl.GetLeftPart(UriPartial.Authority)];
        await using var script = ChildProcess.Start(RequiredTool.Find("node")!, line, GatewayEnvironment.With(new Dictionary<string, string>()), s_folder);

        var seen = JsonElement.Parse(await script.WaitForOutputAsync(output => output, TimeLimit.Default * 4, TestContext.Current.CancellationToken));

        Assert.Equal("Switchboard", seen.GetProperty("title").GetString());
        Assert.True(seen.GetProperty("operations").GetInt32() > 280);
        Assert.Equal("200", seen.GetProperty("status").GetString());
        Assert.Equal("chat.completion", JsonElement.Parse(seen.GetProperty("body").GetString()!).GetProperty("object").GetString());
        Assert.Equal(new Uri(gateway.BaseUrl, "/admin/audit?limit=20").ToString(), seen.GetProperty("admin").GetProperty("url").GetString());
        Assert.Equal("403", seen.GetProperty("admin").GetProperty("status").GetString());
        Assert.Contains("administrator_required", seen.GetProperty("admin").GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.Empty(seen.GetProperty("foreign").EnumerateArray());
        Assert.Empty(seen.GetProperty("errors").EnumerateArray());
    }

    private static string? PackagesSkipReason()
    {
        if (Directory.Exists(Path.Combine(s_folder, "node_modules", "puppeteer-core")))
        {
            return null;
        }

        const string Reason = "The npm package puppeteer-core is not installed: run `npm ci` in tests/Switchboard.EndToEnd.Tests/Browser/node (./check does).";
        return Environment.GetEnvironmentVariable("CI") is "true" or "1" ? throw new FileNotFoundException(Reason) : Reason;
    }
}
