namespace Switchboard.Tests.Server.Configuration;

public sealed class ModelDataFileTests
{
    [Fact]
    public void A_file_beside_the_configuration_adds_to_what_is_known()
    {
        using var folder = new ConfigurationFolder("model_data: ./mine.json\nproviders: { box: { type: openai, base_url: http://a/v1 } }");
        folder.Write("mine.json", """{ "providers": { "box": { "m": { "context_window": 4096 } } } }""");

        var loaded = folder.Load();

        Assert.Empty(loaded.Faults);
        Assert.Equal(4096, loaded.Configuration!.KnownModels.Find("openai", "m", provider: "box")!.ContextWindow);
    }

    [Fact]
    public void Its_faults_are_told_with_its_name_line_and_member_and_the_file_is_not_taken()
    {
        using var folder = new ConfigurationFolder("model_data: facts/mine.json\nserver: { max_body_mb: 0 }");
        Directory.CreateDirectory(Path.Combine(folder.FullPath, "facts"));
        folder.Write("facts/mine.json", "{ \"providers\": {\n \"openai\": { \"gpt-4o\": {\n \"prices\": { \"input\": \"free\" } } } } }");

        var loaded = folder.Load();

        Assert.False(loaded.IsValid);
        Assert.Equal(
            [
                "mine.json:3: providers.openai.gpt-4o.prices.input: A price in US dollars, 0 to 1000000, is expected here; leave out what is not known.",
                "switchboard.yaml:2: server.max_body_mb: 0 is outside 1 to 1024 megabytes.",
            ],
            loaded.Faults.Select(fault => fault.ToString()));
    }

    [Theory]
    [InlineData("model_data: none.json", "^switchboard.yaml:1: model_data: The file cannot be read: ")]
    [InlineData("model_data:", "^switchboard.yaml:1: model_data: It has no value")]
    [InlineData("model_data: { a: b }", "^switchboard.yaml:1: model_data: One value is expected here.")]
    public void A_file_that_is_not_there_is_a_fault_of_who_names_it(string yaml, string expected)
    {
        using var folder = new ConfigurationFolder(yaml);

        Assert.Matches(expected, Assert.Single(folder.Load().Faults).ToString());
    }
}
