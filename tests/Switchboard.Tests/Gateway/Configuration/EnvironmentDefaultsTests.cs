using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Gateway.Configuration;

public sealed class EnvironmentDefaultsTests
{
    [Fact]
    public void Without_anything_there_is_the_local_provider() =>
        Assert.Equal(["local"], Apply(new()).Providers.Keys);

    [Fact]
    public void A_key_switches_openai_on()
    {
        var provider = Apply(new(), ("OPENAI_API_KEY", "sk-env")).Providers["openai"];

        Assert.Equal(("openai", null, "sk-env"), (provider.Type, provider.BaseUrl, provider.ApiKey?.Reveal()));
    }

    [Fact]
    public void A_url_switches_openai_on_and_needs_no_key()
    {
        var provider = Apply(new(), ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"), ("OPENAI_API_KEY", " ")).Providers["openai"];

        Assert.Equal((new Uri("http://127.0.0.1:9/v1"), null), (provider.BaseUrl, provider.ApiKey));
    }

    [Fact]
    public void A_url_that_is_none_is_a_fault_and_no_crash()
    {
        var configuration = Apply(new(), ("OPENAI_BASE_URL", "not a url"));

        Assert.Equal("providers.openai.base_url", Assert.Single(ConfigurationRules.Check(configuration)).Path);
    }

    [Fact]
    public void What_the_file_says_stays()
    {
        var configuration = Apply(
            new() { Providers = new Dictionary<string, ProviderSettings> { ["openai"] = new() { Type = "openai", ApiKey = new("sk-file") } } },
            ("OPENAI_API_KEY", "sk-env"));

        Assert.Equal("sk-file", configuration.Providers["openai"].ApiKey?.Reveal());
    }

    [Fact]
    public void A_key_of_the_environment_goes_to_no_server_of_the_file()
    {
        var configuration = Apply(
            new() { Providers = new Dictionary<string, ProviderSettings> { ["openai"] = new() { Type = "openai", BaseUrl = new("http://10.0.0.1/v1") } } },
            ("OPENAI_API_KEY", "sk-env"));

        Assert.Null(configuration.Providers["openai"].ApiKey);
    }

    [Fact]
    public void A_local_provider_of_another_name_is_enough()
    {
        var configuration = Apply(new() { Providers = new Dictionary<string, ProviderSettings> { ["models"] = new() { Type = "local" } } });

        Assert.Equal(["models"], configuration.Providers.Keys);
    }

    private static GatewayConfiguration Apply(GatewayConfiguration configuration, params (string Name, string Value)[] variables) =>
        EnvironmentDefaults.Apply(configuration, name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
