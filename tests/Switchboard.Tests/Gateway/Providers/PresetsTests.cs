using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Providers.OpenAICompatible;

namespace Switchboard.Tests.Gateway.Providers;

public sealed class PresetsTests
{
    [Fact]
    public void Every_preset_is_a_kind_of_provider_that_needs_no_address()
    {
        foreach (var preset in Presets.All)
        {
            var settings = new ProviderSettings { Type = preset.Type };

            Assert.Contains(preset.Type, ProviderRegistry.Default.Types);
            Assert.Empty(ConfigurationRules.Check(new GatewayConfiguration { Providers = new Dictionary<string, ProviderSettings> { [preset.Type] = settings } }));
            Assert.Equal(preset.BaseUrl, settings.Address);
            Assert.False(preset.BaseUrl.AbsoluteUri.EndsWith('/') && preset.BaseUrl.AbsolutePath != "/", preset.Type);
            Assert.True(preset.BaseUrl.IsLoopback || preset.BaseUrl.Scheme == Uri.UriSchemeHttps, preset.Type);
            Assert.Equal(preset.BaseUrl.IsLoopback, preset.KeyVariable is null);
        }
    }

    [Fact]
    public void A_kind_brings_its_habits_and_what_is_written_wins()
    {
        var mistral = new ProviderSettings { Type = "mistral" };
        var dynamo = new ProviderSettings { Type = "dynamo" };
        var llama = new ProviderSettings { Type = "llamacpp" };

        Assert.Equal((false, true, ExtensionHandling.Pass), (mistral.AskUsage, mistral.BatchPrompts, mistral.Extensions));
        Assert.Equal((true, true, ExtensionHandling.Engine), (dynamo.AskUsage, dynamo.BatchPrompts, dynamo.Extensions));
        Assert.Equal((true, false, ExtensionHandling.Pass), (llama.AskUsage, llama.BatchPrompts, llama.Extensions));
        Assert.True((mistral with { AskUsage = true }).AskUsage);
        Assert.Equal(ExtensionHandling.Drop, (dynamo with { Extensions = ExtensionHandling.Drop }).Extensions);
        Assert.True((llama with { BatchPrompts = true }).BatchPrompts);
        Assert.Equal(new Uri("http://10.0.0.1/v1"), (mistral with { BaseUrl = new Uri("http://10.0.0.1/v1") }).Address);
    }

    [Theory]
    [InlineData("openai", null, "openai")]
    [InlineData("openai", "https://api.openai.com/v1", "openai")]
    [InlineData("openai", "http://10.0.0.7:8000/v1", "")]
    [InlineData("groq", "http://10.0.0.7:8000/v1", "groq")]
    public void The_prices_of_a_kind_hold_unless_the_server_is_anybodys(string type, string? url, string seller) =>
        Assert.Equal(seller, new ProviderSettings { Type = type, BaseUrl = url is null ? null : new Uri(url) }.Seller);
}
