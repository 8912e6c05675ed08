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

    [Theory]
    [InlineData("GROQ_API_KEY", "groq")]
    [InlineData("MISTRAL_API_KEY", "mistral")]
    [InlineData("DEEPSEEK_API_KEY", "deepseek")]
    [InlineData("XAI_API_KEY", "xai")]
    [InlineData("OPENROUTER_API_KEY", "openrouter")]
    [InlineData("TOGETHER_API_KEY", "together")]
    [InlineData("FIREWORKS_API_KEY", "fireworks")]
    [InlineData("CEREBRAS_API_KEY", "cerebras")]
    [InlineData("PERPLEXITY_API_KEY", "perplexity")]
    public void A_key_switches_its_provider_on(string variable, string type)
    {
        var providers = Apply(new(), (variable, "sk-env")).Providers;

        Assert.Equal([type, "local"], providers.Keys);
        Assert.Equal((type, null, "sk-env"), (providers[type].Type, providers[type].BaseUrl, providers[type].ApiKey?.Reveal()));
    }

    [Theory]
    [InlineData("anthropic", "anthropic key=k", "ANTHROPIC_API_KEY=k")]
    [InlineData("gemini", "gemini key=g", "GOOGLE_API_KEY=g")]
    [InlineData("gemini", "gemini key=k", "GOOGLE_API_KEY=g", "GEMINI_API_KEY=k")]
    [InlineData("azure", "", "AZURE_OPENAI_API_KEY=k")]
    [InlineData("azure", "", "AZURE_OPENAI_ENDPOINT=https://x.openai.azure.com")]
    [InlineData("azure", "azure key=k url=https://x.openai.azure.com/", "AZURE_OPENAI_API_KEY=k", "AZURE_OPENAI_ENDPOINT=https://x.openai.azure.com")]
    [InlineData("cohere", "cohere key=k", "COHERE_API_KEY=k")]
    [InlineData("bedrock", "bedrock key=k", "AWS_BEARER_TOKEN_BEDROCK=k")]
    [InlineData("bedrock", "", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b")]
    [InlineData("bedrock", "bedrock", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_REGION=eu-west-1")]
    public void Kinds_of_other_shapes_are_switched_on_where_there_are_such_kinds(string type, string expected, params string[] variables)
    {
        string? Variable(string name) => variables.FirstOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

        var with = EnvironmentDefaults.Apply(new(), Variable, ["openai", type, "local"]).Providers;
        var without = EnvironmentDefaults.Apply(new(), Variable, ["openai", "local"]).Providers;

        var told = with.TryGetValue(type, out var provider)
            ? $"{type}{(provider.ApiKey is null ? "" : $" key={provider.ApiKey.Reveal()}")}{((provider.BaseUrl ?? provider.Endpoint) is { } url ? $" url={url}" : "")}"
            : "";
        Assert.Equal(expected, told);
        Assert.Equal(["local"], without.Keys);
        Assert.Empty(ConfigurationRules.Check(new GatewayConfiguration { Providers = with }));
    }

    [Fact]
    public void A_provider_on_Bedrock_gets_what_Amazons_programs_know_unless_a_key_is_written()
    {
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["bare"] = new() { Type = "bedrock" },
                ["keyed"] = new() { Type = "bedrock", ApiKey = new("k"), Region = "eu-west-1" },
                ["elsewhere"] = new() { Type = "bedrock", BaseUrl = new("https://proxy.example") },
            },
        };

        var providers = Apply(configuration, ("AWS_REGION", "us-west-2"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_SESSION_TOKEN", "session")).Providers;

        Assert.Equal(("us-west-2", "id", "secret", "session"), (providers["bare"].Region, providers["bare"].AccessKeyId?.Reveal(), providers["bare"].SecretAccessKey?.Reveal(), providers["bare"].SessionToken?.Reveal()));
        Assert.Equal(("eu-west-1", null, null), (providers["keyed"].Region, providers["keyed"].AccessKeyId, providers["keyed"].SessionToken));
        Assert.Null(providers["elsewhere"].SecretAccessKey);
    }

    [Fact]
    public void A_key_of_the_environment_goes_to_no_resource_of_Azure_but_the_one_it_is_for()
    {
        var configuration = new GatewayConfiguration
        {
            Providers = new Dictionary<string, ProviderSettings>
            {
                ["azure"] = new() { Type = "azure", Endpoint = new("https://other.openai.azure.com"), ClientSecret = new("s") },
            },
        };

        var azure = Apply(configuration, ("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com")).Providers["azure"];

        Assert.Equal((null, "other.openai.azure.com"), (azure.ApiKey, azure.Endpoint?.Host));
    }

    [Fact]
    public void Credentials_of_a_cloud_that_are_there_for_other_things_add_nothing_to_what_is_configured()
    {
        var configuration = new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { ["box"] = new() { Type = "openai", BaseUrl = new("http://10.0.0.1/v1") } } };

        var applied = EnvironmentDefaults.Apply(configuration, name => name.StartsWith("AWS_", StringComparison.Ordinal) ? "x" : null, ["openai", "bedrock", "local"]);

        Assert.Equal(["box", "local"], applied.Providers.Keys);
    }

    [Fact]
    public void A_provider_of_the_kind_under_another_name_gets_the_key_and_no_second_one_is_added()
    {
        var configuration = Apply(
            new() { Providers = new Dictionary<string, ProviderSettings> { ["fast"] = new() { Type = "groq" }, ["paid"] = new() { Type = "groq", ApiKey = new("sk-file") } } },
            ("GROQ_API_KEY", "sk-env"));

        Assert.Equal(["fast", "paid", "local"], configuration.Providers.Keys);
        Assert.Equal(("sk-env", "sk-file"), (configuration.Providers["fast"].ApiKey!.Reveal(), configuration.Providers["paid"].ApiKey!.Reveal()));
    }

    [Fact]
    public void Vertex_takes_what_Googles_own_programs_know_and_a_token_needs_no_file()
    {
        (string, string)[] variables = [("GOOGLE_CLOUD_PROJECT", "env-project"), ("GOOGLE_CLOUD_LOCATION", "eu"), ("GOOGLE_APPLICATION_CREDENTIALS", "/env.json")];
        var providers = Apply(
            new() { Providers = new Dictionary<string, ProviderSettings> { ["a"] = new() { Type = "vertex" }, ["b"] = new() { Type = "vertex", Project = "p", Location = "us", CredentialsFile = "/b.json" }, ["c"] = new() { Type = "vertex", ApiKey = new("token") } } },
            variables).Providers;

        Assert.Equal(("env-project", "eu", "/env.json"), (providers["a"].Project, providers["a"].Location, providers["a"].CredentialsFile));
        Assert.Equal(("p", "us", "/b.json"), (providers["b"].Project, providers["b"].Location, providers["b"].CredentialsFile));
        Assert.Null(providers["c"].CredentialsFile);
    }

    private static GatewayConfiguration Apply(GatewayConfiguration configuration, params (string Name, string Value)[] variables) =>
        EnvironmentDefaults.Apply(configuration, name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
