using Switchboard.Gateway.Translation.Markup;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Gateway.Translation.Markup;

public sealed class NameTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    public void No_name_stands_for_no_parser(string? reasoning, string? tools)
    {
        Assert.True(MarkupFormat.TryFind(reasoning, tools, out var format, out _));
        Assert.Null(format);
    }

    [Fact]
    public void A_reasoning_parser_that_is_not_known_is_told_with_those_that_are()
    {
        Assert.False(MarkupFormat.TryFind("qwen4", "hermes", out _, out var fault));
        Assert.Equal(
            "There is no reasoning parser 'qwen4'; there are basic, deepseek-v4, deepseek_r1, deepseek_v3, deepseek_v3_1, deepseek_v3_2, deepseek_v4, deepseekv4, gemma-4, gemma4, glm45, gpt_oss, granite, kimi, kimi_k25, minimax-m3, minimax_append_think, minimax_m2, minimax_m3, mistral, nemotron3, nemotron_deci, nemotron_nano, nemotron_v3, qwen3, step3.",
            fault);
    }

    [Fact]
    public void A_tool_parser_that_is_not_known_is_told_with_those_that_are()
    {
        Assert.False(MarkupFormat.TryFind(null, "qwen3", out _, out var fault));
        Assert.Equal(
            "There is no tool parser 'qwen3'; there are deepseek-v4, deepseek_v3, deepseek_v3_1, deepseek_v3_2, deepseek_v4, deepseekv4, default, gemma-4, gemma4, glm47, harmony, hermes, jamba, kimi_k2, llama3_json, minimax-m3, minimax_m2, minimax_m3, mistral, nemotron_deci, nemotron_nano, phi4, pythonic, qwen25, qwen3_coder.",
            fault);
    }

    [Fact]
    public void The_page_names_every_parser_in_its_table()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs", "markup.md"));
        var tables = page.Split("\n## ");

        Assert.All(MarkupFormat.ReasoningParsers, name => Assert.Contains($"`{name}`", tables[1], StringComparison.Ordinal));
        Assert.All(MarkupFormat.ToolParsers, name => Assert.Contains($"`{name}`", tables[2], StringComparison.Ordinal));
    }
}
