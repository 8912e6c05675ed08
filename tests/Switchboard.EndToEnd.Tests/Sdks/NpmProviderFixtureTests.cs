using System.Text;
using Switchboard.Testing.Fixtures;
using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.Sdks;

/// <summary>Real answers of providers are read by npm <c>openai</c> as what they were meant to say; docs/fixtures.md says how many.</summary>
public sealed class NpmProviderFixtureTests
{
    private const string Begin = "<!-- the table -->\n", End = "<!-- the end of the table -->\n";

    // What npm openai does not fold, though it passes as the provider sent it, each with the reason.
    private static readonly Dictionary<string, string> s_unread = new(StringComparer.Ordinal)
    {
        ["vercel+ai/packages/openai-compatible/src/chat/__fixtures__/anthropic-fallback-tool-call.sse"] = "a compatible server counts its calls from 1, which npm `openai` does not fold",
        ["crmne+ruby_llm/spec/fixtures/vcr_cassettes/chat_streaming_responses_gpustack_qwen3_supports_streaming_responses.json#0"] = "a compatible server names no role, without which npm `openai` does not fold a stream",
    };

    private static readonly string s_file = RepositoryRoot.Combine("docs", "fixtures.md");

    /// <summary>With <c>UPDATE_FIXTURE_PAGE=1</c> it writes the table instead of comparing it.</summary>
    [Fact]
    public async Task Every_answer_is_read_as_it_was_meant_and_the_page_counts_them()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var fixtures = ChatFixtures.All.Where(fixture => fixture.Status == 200 && FixtureOracles.Dialects.Contains(fixture.Dialect)).ToArray();

        var faults = await ProviderFixtures.CheckAsync(fixtures, TestContext.Current.CancellationToken);

        var unexpected = faults.Where(fault => !s_unread.ContainsKey(fault.Key)).ToArray();
        Assert.True(unexpected.Length == 0, $"{unexpected.Length} of {fixtures.Length}\n{string.Join('\n', unexpected.Take(60).Select(fault => $"{fault.Key}: {fault.Value}"))}");
        var page = await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var table = Table(fixtures, faults);
        if (Environment.GetEnvironmentVariable("UPDATE_FIXTURE_PAGE") == "1")
        {
            await File.WriteAllTextAsync(s_file, page[..begin] + table + page[end..], TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(table, page[begin..end]);
    }

    private static string Table(IReadOnlyList<ChatFixture> fixtures, IReadOnlyDictionary<string, string> faults)
    {
        var table = new StringBuilder("| provider | kind | whole | streams |\n|---|---|---:|---:|\n");
        foreach (var provider in fixtures.GroupBy(fixture => fixture.Provider).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var kinds = string.Join(", ", provider.Select(ProviderFixtures.ProviderOf).Distinct().Order(StringComparer.Ordinal).Select(kind => $"`{kind}`"));
            table.Append($"| {provider.Key} | {kinds} | {Count(provider, isStream: false)} | {Count(provider, isStream: true)} |\n");
        }

        table.Append($"| all | | {Count(fixtures, isStream: false)} | {Count(fixtures, isStream: true)} |\n\nNot among them:\n\n");
        foreach (var (name, reason) in ChatFixtures.LeftOut)
        {
            table.Append($"- `{name}`: {reason}\n");
        }

        foreach (var (name, reason) in s_unread.Select(entry => (entry.Key, entry.Value)))
        {
            table.Append($"- `{name}`: {reason}\n");
        }

        return table.ToString();

        string Count(IEnumerable<ChatFixture> some, bool isStream)
        {
            var all = some.Where(fixture => fixture.IsStream == isStream).ToArray();
            return all.Length == 0 ? "" : $"{all.Count(fixture => !faults.ContainsKey(fixture.Name))} of {all.Length}";
        }
    }
}
