using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Surfaces;

namespace Switchboard.Tests.Gateway.Surfaces;

/// <summary>The tokens of a chat completion, as servers count them.</summary>
public sealed class ChatUsageReaderTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}""", 10, 5, 4, 0, 3)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_creation_tokens":3}}""", 10, 5, 4, 3, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3}}""", 10, 5, 4, 3, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":2}""", 10, 5, 8, 0, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"cached_tokens":8}""", 10, 5, 8, 0, 0)]

    // xAI: what was thought beside the answer, and Azure's xAI: the cache beside the prompt.
    [InlineData("""{"prompt_tokens":12,"completion_tokens":1,"total_tokens":241,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":228}}""", 12, 229, 2, 0, 228)]
    [InlineData("""{"prompt_tokens":7,"completion_tokens":1,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":163}}""", 170, 1, 163, 0, 0)]

    // What is no number counts as none.
    [InlineData("""{"prompt_tokens":null,"completion_tokens":"5","prompt_tokens_details":null,"completion_tokens_details":[1]}""", 0, 0, 0, 0, 0)]
    public void Each_way_to_count_is_understood(string usage, int prompt, int completion, int cached, int written, int reasoning)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(usage));
        json.Read();

        var read = ChatUsageReader.Read(ref json)!.Value;

        Assert.Equal((prompt, completion, cached, written, reasoning), (read.Prompt, read.Completion, read.Cached, read.CacheWritten, read.Reasoning));
    }

    [Fact]
    public void No_usage_is_none()
    {
        var json = new Utf8JsonReader("null"u8);
        json.Read();

        Assert.Null(ChatUsageReader.Read(ref json));
    }
}
