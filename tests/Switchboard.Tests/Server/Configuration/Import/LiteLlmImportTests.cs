using Switchboard.Gateway.Configuration;
using Switchboard.Server.Configuration;
using Switchboard.Server.Configuration.Import;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Server.Configuration.Import;

public sealed class LiteLlmImportTests
{
    private static readonly string s_files = RepositoryRoot.Combine("tests", "Switchboard.Tests", "Server", "Configuration", "Import", "Files");

    public static TheoryData<string> Files => ["small", "balanced", "many-providers"];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_it_writes_is_what_it_wrote(string name)
    {
        var written = Convert(name).Yaml;
        var file = Path.Combine(s_files, $"{name}.expected.yaml");
        if (Environment.GetEnvironmentVariable("UPDATE_IMPORTS") == "1")
        {
            File.WriteAllText(file, written);
        }

        Assert.Equal(File.ReadAllText(file), written);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_it_writes_is_read_by_the_gateway_when_the_variables_are_set_that_it_names(string name)
    {
        var imported = Convert(name);

        var loaded = Load(imported);

        Assert.Empty(loaded.Faults);
        Assert.Equal((imported.Models, imported.Deployments), (loaded.Configuration!.Models.Count, loaded.Configuration.Models.Values.Sum(model => model.Deployments.Count)));
        Assert.True(loaded.Configuration.Providers.Count >= imported.Providers);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_secret_of_the_file_is_in_what_it_writes_or_tells(string name)
    {
        var imported = Convert(name);
        var all = string.Join('\n', [imported.Yaml, .. imported.Notes.Select(note => note.ToString()), .. imported.Variables.Select(variable => variable.ToString())]);

        Assert.Contains("planted", File.ReadAllText(Path.Combine(s_files, $"{name}.yaml")), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("planted", all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Entries_of_one_name_are_deployments_of_one_model()
    {
        var configuration = Load(Convert("balanced")).Configuration!;

        var model = configuration.Models["gpt-4o"];
        Assert.Equal((RoutingStrategy.LeastLatency, 3), (model.Strategy, model.Attempts));
        Assert.Equal([("azure", "gpt-4o-west", 1), ("azure-2", "gpt-4o-north", 1), ("openai", "gpt-4o", 2)], model.Deployments.Select(deployment => (deployment.Provider, deployment.Model, deployment.Priority)));
        Assert.Equal((900, 150000, 2.5m), (model.Deployments[0].RequestsPerMinute, model.Deployments[0].TokensPerMinute, model.Deployments[2].InputPrice));
        Assert.Equal(["gpt-4o-mini", "long"], model.Fallbacks);
        Assert.Equal([70, 30], configuration.Models["long"].Deployments.Select(deployment => deployment.Weight));
        Assert.Equal(TimeSpan.FromMinutes(2), configuration.Providers["azure"].Timeout);
        Assert.Equal("https://north.openai.azure.com/", configuration.Providers["azure-2"].Endpoint!.ToString());
    }

    // Every setting of the file is either in the new one or named; a setting that nobody thought of is named, too.
    [Theory]
    [InlineData("model_list: [{ model_name: a, litellm_params: { model: gpt-4o, brand_new: 1 } }]", "model_list[].litellm_params.brand_new")]
    [InlineData("model_list: [{ model_name: a, litellm_params: { model: gpt-4o }, brand_new: 1 }]", "model_list[].brand_new")]
    [InlineData("model_list: [{ model_name: a, litellm_params: { model: gpt-4o }, model_info: { brand_new: 1 } }]", "model_list[].model_info.brand_new")]
    [InlineData("router_settings: { brand_new: 1 }", "router_settings.brand_new")]
    [InlineData("litellm_settings: { brand_new: 1 }", "litellm_settings.brand_new")]
    [InlineData("litellm_settings: { cache: true, cache_params: { brand_new: 1 } }", "litellm_settings.cache_params.brand_new")]
    [InlineData("general_settings: { brand_new: 1 }", "general_settings.brand_new")]
    [InlineData("model_list: []\nbrand_new: 1", "brand_new")]
    [InlineData("router_settings: { routing_strategy: brand-new }", "router_settings.routing_strategy")]
    [InlineData("router_settings: { num_retries: many }", "router_settings.num_retries")]
    [InlineData("model_list: [{ model_name: a, litellm_params: { model: brand_new/x } }]", "model_list[].litellm_params.model")]
    public void What_has_no_counterpart_is_named_with_line_and_reason(string text, string setting)
    {
        var imported = LiteLlmImport.Convert(text, "config.yaml");

        var note = Assert.Single(imported.Notes, note => note.Setting == setting);
        Assert.True(note.IsLost);
        Assert.NotEmpty(note.Reason);
        Assert.Contains($"#   {setting} (line", imported.Yaml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simple-shuffle", RoutingStrategy.Weighted)]
    [InlineData("least-busy", RoutingStrategy.LeastBusy)]
    [InlineData("usage-based-routing-v2", RoutingStrategy.LeastBusy)]
    [InlineData("latency-based-routing", RoutingStrategy.LeastLatency)]
    [InlineData("cost-based-routing", RoutingStrategy.Cheapest)]
    public void Strategies_are_those_that_are_like_them(string theirs, RoutingStrategy ours)
    {
        var loaded = Load(LiteLlmImport.Convert($"model_list: [{{ model_name: a, litellm_params: {{ model: gpt-4o, rpm: 10 }} }}, {{ model_name: a, litellm_params: {{ model: gpt-4.1, rpm: 30 }} }}]\nrouter_settings: {{ routing_strategy: {theirs} }}", "config.yaml"));

        Assert.Empty(loaded.Faults);
        var model = loaded.Configuration!.Models["a"];
        Assert.Equal(ours, model.Strategy);

        // LiteLLM's shuffle goes by the rpm where nothing has a weight.
        Assert.Equal(ours == RoutingStrategy.Weighted ? [10, 30] : [1, 1], model.Deployments.Select(deployment => deployment.Weight));
    }

    [Fact]
    public void The_same_secret_is_one_variable_and_another_one_is_another()
    {
        var imported = LiteLlmImport.Convert(
            """
            model_list:
              - { model_name: a, litellm_params: { model: gpt-4o, api_key: planted-1 } }
              - { model_name: b, litellm_params: { model: gpt-4o, api_key: planted-1 } }
              - { model_name: c, litellm_params: { model: gpt-4o, api_key: planted-2 } }
              - { model_name: d, litellm_params: { model: gpt-4o, api_key: os.environ/OPENAI_API_KEY } }
            """,
            "config.yaml");

        Assert.Equal(["OPENAI_API_KEY", "OPENAI_API_KEY_2", "OPENAI_API_KEY_3"], imported.Variables.Keys);
        Assert.Equal(3, imported.Providers);
        Assert.Empty(Load(imported).Faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("model_list: [")]
    [InlineData("model_list: *nobody")]
    [InlineData("a: &x { model_list: *x }")]
    [InlineData("server: { urls: x }")]
    public void A_file_that_is_none_of_LiteLLM_s_is_refused(string text) =>
        Assert.NotEmpty(Assert.Throws<ImportException>(() => LiteLlmImport.Convert(text, "config.yaml")).Message);

    private static ImportedConfiguration Convert(string name) => LiteLlmImport.Convert(File.ReadAllText(Path.Combine(s_files, $"{name}.yaml")), $"{name}.yaml");

    private static LoadedConfiguration Load(ImportedConfiguration imported)
    {
        using var folder = new ConfigurationFolder(imported.Yaml);
        return folder.Load(imported.Variables.Keys.Select(name => (name, ValueOf(name))));
    }

    private static string ValueOf(string name) => name switch
    {
        "DATABASE_URL" => "postgres://gateway:password@127.0.0.1:5432/gateway",
        "REDIS_URL" => "redis://127.0.0.1:6379",
        "REDIS_HOST" => "127.0.0.1",
        _ => "a-key-that-is-long-enough-0123456789",
    };
}
