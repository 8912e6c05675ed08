using System.Text;
using System.Text.Json;
using Switchboard.Gateway.ModelData;

namespace Switchboard.Tests.Gateway.ModelData;

public sealed class KnownModelsTests
{
    [Fact]
    public void The_built_in_facts_are_without_fault_and_complete_enough_to_use()
    {
        var faults = new List<ModelDataFault>();
        using var stream = typeof(KnownModels).Assembly.GetManifestResourceStream("models.json")!;
        var json = new byte[stream.Length];
        stream.ReadExactly(json);

        var providers = ModelDataReader.Read(json, faults);

        Assert.Empty(faults);
        Assert.Superset(
            new HashSet<string> { "openai", "azure", "anthropic", "gemini", "mistral", "groq", "xai", "deepseek", "cohere", "bedrock", "together", "fireworks", "cerebras", "perplexity" },
            providers.Keys.ToHashSet());
        foreach (var (provider, id, facts) in providers.SelectMany(provider => provider.Value.Select(model => (provider.Key, model.Key, model.Value))))
        {
            var name = $"{provider}/{id}";
            Assert.True(facts.Capabilities is not (null or ModelCapabilities.None), name);
            Assert.True(facts.ContextWindow is not null || !facts.Capabilities.Value.HasFlag(ModelCapabilities.Chat), name);
            Assert.True(facts.MaxOutputTokens is null || facts.MaxOutputTokens <= facts.ContextWindow, name);
            if (facts.Prices is { } prices)
            {
                Assert.True(prices.CachedInput is null || prices.CachedInput < prices.Input, name);
                Assert.True(prices.Output is null || prices.Output >= prices.Input, name);
                Assert.True(prices.LongPrompt is null || prices.LongPrompt.Prices.Input > prices.Input, name);

                // Nobody sells for millionths of a dollar; a longer one went through a floating point on its way here.
                Assert.All(prices.Known, known => Assert.True(known.Price == decimal.Round(known.Price, 6), $"{name} {known.Name} {known.Price}"));
            }
        }
    }

    [Fact]
    public void A_model_is_known_by_the_kind_of_its_provider_and_its_id()
    {
        var facts = KnownModels.BuiltIn.Find("openai", "gpt-4o")!;

        Assert.Equal((128_000, 16_384), (facts.ContextWindow, facts.MaxOutputTokens));
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools | ModelCapabilities.StructuredOutput, facts.Capabilities);
        Assert.Equal(new ModelPrices { Input = 2.5m, CachedInput = 1.25m, Output = 10m }, facts.Prices);
    }

    [Theory]
    [InlineData("openai", "gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [InlineData("anthropic", "claude-haiku-4-5@20251001", "claude-haiku-4-5")]
    [InlineData("bedrock", "us.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0")]
    [InlineData("bedrock", "apac.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0")]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0")]
    public void A_day_and_a_region_lead_to_the_model_itself(string type, string asked, string known) =>
        Assert.Equal(KnownModels.BuiltIn.Find(type, known)!, KnownModels.BuiltIn.Find(type, asked));

    [Fact]
    public void A_day_or_a_region_with_facts_of_its_own_keeps_them()
    {
        Assert.Equal(5m, KnownModels.BuiltIn.Find("openai", "gpt-4o-2024-05-13")!.Prices!.Input);
        Assert.Equal(3m, KnownModels.BuiltIn.Find("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0")!.Prices!.Input);
        Assert.Equal(3.3m, KnownModels.BuiltIn.Find("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")!.Prices!.Input);
    }

    [Theory]
    [InlineData("vllm", "gpt-oss-120b")]
    [InlineData("vllm", "openai/gpt-oss-120b")]
    [InlineData("openrouter", "openai/gpt-4o")]
    [InlineData("", "gpt-4o-mini")]
    public void Of_another_seller_all_is_taken_but_the_prices(string type, string model)
    {
        var facts = KnownModels.BuiltIn.Find(type, model)!;

        Assert.NotNull(facts.ContextWindow);
        Assert.NotNull(facts.Capabilities);
        Assert.Null(facts.Prices);
    }

    [Fact]
    public void Nothing_is_made_up_for_a_model_that_is_not_known() => Assert.Null(KnownModels.BuiltIn.Find("openai", "gpt-4o-turbo-max"));

    [Fact]
    public void An_operators_file_adds_and_wins_member_by_member()
    {
        var models = Read("""
            {
              // what we pay
              "providers": {
                "openai": {
                  "gpt-4o": { "prices": { "output": "9.5" } },
                  "ours": { "context_window": 10, "capabilities": ["chat", "tools"], "prices": { "input": 0.000001 } },
                },
                "gpubox": { "gpt-4o": { "context_window": 8192, "prices": { "input": 0 } } }
              }
            }
            """);

        var overridden = models.Find("openai", "gpt-4o")!;
        Assert.Equal(new ModelPrices { Input = 2.5m, CachedInput = 1.25m, Output = 9.5m }, overridden.Prices);
        Assert.Equal(128_000, overridden.ContextWindow);

        var added = models.Find("openai", "ours")!;
        Assert.Equal((10, ModelCapabilities.Chat | ModelCapabilities.Tools, 0.000001m), (added.ContextWindow, added.Capabilities, added.Prices!.Input));

        var ofOne = models.Find("vllm", "gpt-4o", provider: "gpubox")!;
        Assert.Equal((8192, 16_384, 0m, null), (ofOne.ContextWindow, ofOne.MaxOutputTokens, ofOne.Prices!.Input, ofOne.Prices.Output));
        Assert.Equal(128_000, models.Find("vllm", "gpt-4o", provider: "other")!.ContextWindow);
        Assert.Equal(KnownModels.BuiltIn.Find("groq", "llama-3.1-8b-instant"), models.Find("groq", "llama-3.1-8b-instant"));
    }

    [Fact]
    public void Prices_of_long_prompts_stand_beside_the_usual_ones()
    {
        var prices = KnownModels.BuiltIn.Find("gemini", "gemini-2.5-pro")!.Prices!;

        Assert.Equal((1.25m, 10m), (prices.Input, prices.Output));
        Assert.Equal((200_000, 2.5m, 15m), (prices.LongPrompt!.Above, prices.LongPrompt.Prices.Input, prices.LongPrompt.Prices.Output));
    }

    [Theory]
    [InlineData("{\n\"providers\": {\n\"a\": {\n\"m\": {\n\"prices\": { \"input\": -1 } } } } }", 5, "providers.a.m.prices.input", "A price in US dollars, 0 to 1000000, is expected here; leave out what is not known.")]
    [InlineData("{\"providers\":{\"a\":{\"m\":{\"prices\":{\"input\":null}}}}}", 1, "providers.a.m.prices.input", "A price in US dollars, 0 to 1000000, is expected here; leave out what is not known.")]
    [InlineData("{\"providers\":{\"a\":{\"m\":\n{\"context_window\":1.5}}}}", 2, "providers.a.m.context_window", "A whole number of tokens above 0 is expected here.")]
    [InlineData("{\"providers\":{\"a\":{\"m\":{\"capabilities\":[\"chat\",\n\"telepathy\"]}}}}", 2, "providers.a.m.capabilities", "'telepathy' is no capability; there are chat, vision, audio_input, audio_output, tools, reasoning, structured_output, embeddings, images, speech, transcription, rerank, moderation, realtime.")]
    [InlineData("{\"providers\":{\"a\":{\"m\":{\"contextwindow\":5}}}}", 1, "providers.a.m.contextwindow", "There is no such member; there are context_window, max_output_tokens, capabilities, prices.")]
    [InlineData("{\"models\":{}}", 1, "models", "There is no such member; there are providers, as_of, about.")]
    [InlineData("{\"providers\":{\"a\":[]}}", 1, "providers.a", "Models with what is known of them are expected here.")]
    [InlineData("{\"providers\":{\"a\":{\"m\":{\"prices\":{\"long_prompt\":{\"input\":1}}}}}}", 1, "providers.a.m.prices.long_prompt", "'above' is missing: the number of tokens from which on these prices hold.")]
    [InlineData("[1]", 1, null, "The file must be an object with the member \"providers\".")]
    [InlineData("{\n\"providers\":\n}", 3, null, "This is not valid JSON (column 1).")]
    [InlineData("{\"providers\":{}}\n{}", 2, null, "This is not valid JSON (column 1).")]
    [InlineData("", 1, null, "This is not valid JSON (column 1).")]
    [InlineData("{\"providers\":{\"a\":\n{\"\\ud800\":{}}}}", 2, "providers.a", "This text is not valid UTF-8, or escapes half a character.")]
    public void A_fault_has_its_line_and_member(string json, int line, string? member, string message)
    {
        KnownModels.Read(Encoding.UTF8.GetBytes(json), out var faults);

        Assert.Equal(new ModelDataFault(line, member, message), Assert.Single(faults));
    }

    [Fact]
    public void All_faults_are_found_at_once()
    {
        KnownModels.Read("""{"providers":{"a":{"m":{"context_window":0,"prices":{"input":"x","output":1}},"n":3}}}"""u8, out var faults);

        Assert.Equal(["providers.a.m.context_window", "providers.a.m.prices.input", "providers.a.n"], faults.Select(fault => fault.Member));
    }

    [Fact]
    public void Every_name_in_the_file_is_written_once()
    {
        using var stream = typeof(KnownModels).Assembly.GetManifestResourceStream("models.json")!;
        using var document = JsonDocument.Parse(stream);
        foreach (var provider in document.RootElement.GetProperty("providers").EnumerateObject())
        {
            Assert.Equal(provider.Value.EnumerateObject().Count(), provider.Value.EnumerateObject().Select(model => model.Name).Distinct().Count());
        }
    }

    private static KnownModels Read(string json)
    {
        var models = KnownModels.Read(Encoding.UTF8.GetBytes(json), out var faults);
        Assert.Empty(faults);
        return models;
    }
}
