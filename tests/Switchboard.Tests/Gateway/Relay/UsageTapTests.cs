using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class UsageTapTests
{
    [Fact]
    public void OpenAI_tells_parts_within_the_whole() => Assert.Equal(
        new TokenUsage(100, 50) { Cached = 40, PromptAudio = 8, Reasoning = 20, CompletionAudio = 5 },
        Read("""{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":40,"audio_tokens":8},"completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":5,"accepted_prediction_tokens":0}}"""));

    [Fact]
    public void Responses_and_pictures_have_names_of_their_own() => Assert.Equal(
        new TokenUsage(100, 50) { Cached = 40, PromptImage = 60, Reasoning = 20, CompletionImage = 30 },
        Read("""{"input_tokens":100,"input_tokens_details":{"cached_tokens":40,"image_tokens":60,"text_tokens":40},"output_tokens":50,"output_tokens_details":{"reasoning_tokens":20,"image_tokens":30},"total_tokens":150}"""));

    [Fact]
    public void Anthropic_tells_its_cache_beside_the_prompt() => Assert.Equal(
        new TokenUsage(100, 7) { Cached = 60, CacheWritten = 30 },
        Read("""{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":60,"cache_creation":{"ephemeral_5m_input_tokens":30},"output_tokens":7,"service_tier":"standard"}"""));

    [Fact]
    public void Google_tells_thoughts_beside_the_answer_and_its_cache_within_the_prompt() => Assert.Equal(
        new TokenUsage(110, 25) { Cached = 40, PromptAudio = 12, PromptImage = 20, Reasoning = 15, CompletionImage = 4 },
        Read("""{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":10,"thoughtsTokenCount":15,"toolUsePromptTokenCount":10,"totalTokenCount":135,"promptTokensDetails":[{"modality":"TEXT","tokenCount":68},{"modality":"AUDIO","tokenCount":12},{"tokenCount":20,"modality":"IMAGE"}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":4}]}"""));

    [Fact]
    public void XAI_tells_reasoning_beside_the_answer_which_only_the_total_shows() => Assert.Equal(
        new TokenUsage(32, 309) { Reasoning = 300, Cached = 6 },
        Read("""{"prompt_tokens":32,"completion_tokens":9,"total_tokens":341,"prompt_tokens_details":{"text_tokens":32,"audio_tokens":0,"image_tokens":0,"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":300}}"""));

    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6}""")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1,"cached_tokens":4}""")]
    public void A_cache_is_told_beside_the_details_by_some(string usage) =>
        Assert.Equal(new TokenUsage(10, 1) { Cached = 4 }, Read(usage));

    [Fact]
    public void What_is_told_twice_is_counted_once() => Assert.Equal(
        new TokenUsage(1000, 5) { Cached = 900, CacheWritten = 50 },
        Read("""{"prompt_tokens":1000,"completion_tokens":5,"total_tokens":1005,"prompt_tokens_details":{"cached_tokens":900},"cache_read_input_tokens":900,"cache_creation_input_tokens":50}"""));

    [Fact]
    public void What_is_told_later_stands_for_what_was_told_before_and_the_rest_stays()
    {
        var tap = new UsageTap();
        Read(ref tap, """{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}""");
        Read(ref tap, """{"output_tokens":42}""");

        Assert.Equal(new TokenUsage(15, 42) { Cached = 5 }, tap.Usage);
    }

    [Fact]
    public void Sound_may_be_told_in_seconds()
    {
        var tap = new UsageTap();
        Read(ref tap, """{"type":"duration","seconds":12.5}""");

        Assert.Equal((12.5m, default), (tap.Seconds, tap.Usage));
    }

    [Theory]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":"7","prompt_tokens_details":[],"completion_tokens_details":null,"seconds":-3}""")]
    [InlineData("""{"promptTokensDetails":{},"candidatesTokensDetails":["AUDIO",{"modality":7,"tokenCount":99999999999}],"prompt_tokens":1e3000}""")]
    public void What_is_no_count_counts_nothing(string usage) => Assert.Equal(default, Read(usage));

    private static TokenUsage Read(string usage)
    {
        var tap = new UsageTap();
        Assert.True(Read(ref tap, usage));
        return tap.Usage;
    }

    private static bool Read(ref UsageTap tap, string usage)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(usage));
        json.Read();
        var isTold = tap.Read(ref json);
        Assert.False(json.Read());
        return isTold;
    }
}
