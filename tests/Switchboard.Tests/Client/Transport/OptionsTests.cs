using Switchboard.Client;
using Switchboard.Client.Transport;

namespace Switchboard.Tests.Client.Transport;

/// <summary>Where the options come from, and what is refused before the wire.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void TheEnvironmentFillsWhatIsLeftOut()
    {
        var options = ClientEnvironment.Resolve(new SwitchboardClientOptions { Project = "mine" }, Environment(
            ("OPENAI_API_KEY", " sk-env "),
            ("OPENAI_ADMIN_KEY", "sk-admin"),
            ("OPENAI_BASE_URL", "http://localhost:1/v1"),
            ("OPENAI_ORG_ID", "org"),
            ("OPENAI_PROJECT_ID", "theirs"),
            ("OPENAI_WEBHOOK_SECRET", "whsec_x")));

        Assert.Equal(("sk-env", "sk-admin", "org", "mine", "whsec_x"), (options.ApiKey, options.AdminApiKey, options.Organization, options.Project, options.WebhookSecret));
        Assert.Equal(new Uri("http://localhost:1/v1"), options.BaseUrl);
    }

    [Fact]
    public void TheEnvironmentFillsAzure()
    {
        var options = ClientEnvironment.Resolve(new SwitchboardClientOptions { Azure = new AzureOptions() }, Environment(
            ("AZURE_OPENAI_ENDPOINT", "https://a.openai.azure.com"),
            ("AZURE_OPENAI_API_KEY", "azure"),
            ("AZURE_OPENAI_AD_TOKEN", "token"),
            ("OPENAI_API_VERSION", "2024-10-21"),
            ("OPENAI_API_KEY", "sk-env")));

        Assert.Equal((new Uri("https://a.openai.azure.com"), "azure", "2024-10-21"), (options.Azure!.Endpoint, options.Azure.ApiKey, options.Azure.ApiVersion));
        Assert.Null(options.Azure.TokenProvider);
        Assert.Null(options.ApiKey);
    }

    [Fact]
    public void TheEnvironmentCanBeLeftOut() =>
        Assert.Null(ClientEnvironment.Resolve(new SwitchboardClientOptions { ReadsEnvironment = false }, Environment(("OPENAI_API_KEY", "sk"))).ApiKey);

    [Fact]
    public void AnAddressOfTheEnvironmentThatIsNoneIsNamed()
    {
        var fault = Assert.Throws<ArgumentException>(() => ClientEnvironment.Resolve(new SwitchboardClientOptions(), Environment(("OPENAI_BASE_URL", "not an address"))));

        Assert.Contains("OPENAI_BASE_URL", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotWorkIsRefused()
    {
        Refused(options => options.BaseUrl = new Uri("relative", UriKind.Relative), "BaseUrl");
        Refused(options => options.BaseUrl = new Uri("ftp://localhost"), "BaseUrl");
        Refused(options => options.BaseUrl = new Uri("http://localhost/v1?x=1"), "BaseUrl");
        Refused(options => options.ApiKey = "", "ApiKey");
        Refused(options => options.ApiKey = "sk\n", "ApiKey");
        Refused(options => options.Timeout = TimeSpan.Zero, "Timeout");
        Refused(options => options.Timeout = TimeSpan.FromSeconds(-5), "Timeout");
        Refused(options => options.StreamIdleTimeout = TimeSpan.FromDays(30), "StreamIdleTimeout");
        Refused(options => options.MaxRetries = -1, "MaxRetries");
        Refused(options => options.MaxRetryAfter = TimeSpan.FromSeconds(-1), "MaxRetryAfter");
        Refused(options => options.MaxResponseBytes = 0, "MaxResponseBytes");
        Refused(options => options.Azure = new AzureOptions(), "AZURE_OPENAI_ENDPOINT");
        Refused(options => options.Azure = new AzureOptions { Endpoint = new Uri("https://a"), ApiKey = "k", Surface = AzureSurface.Deployments }, "OPENAI_API_VERSION");
        Refused(options => options.Azure = new AzureOptions { Endpoint = new Uri("https://a") }, "AZURE_OPENAI_API_KEY");
    }

    [Fact]
    public async Task ACallsOwnOptionsAreCheckedBeforeTheWire()
    {
        await using var test = ClientUnderTest.Start();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => test.ChatAsync(new CallOptions { Timeout = TimeSpan.FromSeconds(-3) }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => test.ChatAsync(new CallOptions { MaxRetries = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => test.ChatAsync(new CallOptions { Path = "elsewhere" }));

        Assert.Empty(test.Upstream.Requests);
    }

    [Fact]
    public async Task WhatIsWrongWithACallIsToldWhereItIsAwaited()
    {
        await using var test = ClientUnderTest.Start();

        var asking = test.Client.Models.RetrieveAsync("m", new CallOptions { MaxRetries = -1 }, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => asking);
    }

    [Fact]
    public void SecretsNeverShow()
    {
        var options = new SwitchboardClientOptions
        {
            ApiKey = "secret-1",
            AdminApiKey = "secret-2",
            WebhookSecret = "secret-3",
            Headers = new Dictionary<string, string?> { ["Authorization"] = "secret-4" },
        };

        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", (options with { Azure = new AzureOptions { ApiKey = "secret" } }).ToString(), StringComparison.Ordinal);
    }

    private static void Refused(Action<SwitchboardClientOptions> change, string names)
    {
        var options = new SwitchboardClientOptions { ReadsEnvironment = false };
        change(options);

        var fault = Assert.ThrowsAny<ArgumentException>(() => new SwitchboardClient(options));

        Assert.Contains(names, fault.Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
