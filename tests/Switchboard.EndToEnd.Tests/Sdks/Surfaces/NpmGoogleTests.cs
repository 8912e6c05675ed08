using System.Text.Json;
using Switchboard.Testing.Fixtures;

namespace Switchboard.EndToEnd.Tests.Sdks.Surfaces;

/// <summary>The npm package <c>@google/genai</c> against the gateway, before providers of every kind.</summary>
[Collection<OnSurfaceProviders>]
public sealed class NpmGoogleTests(SurfaceProviders providers)
{
    private const string Local = "local/switchboard-tiny";
    private const string Question = "What is Switchboard?";

    private static readonly object s_tools = new[]
    {
        new { functionDeclarations = new[] { new { name = "weather", description = "Tells the weather.", parameters = new { type = "OBJECT", properties = new { city = new { type = "STRING" } }, required = new[] { "city" } } } } },
    };

    [Theory]
    [InlineData("up/m")]
    [InlineData(Local)]
    public async Task Content_is_made_whole_and_streamed(string model)
    {
        var request = new { model, contents = Question, config = new { maxOutputTokens = 64, temperature = 0 } };

        var whole = await providers.RunAsync("google.create", request);
        var seen = await providers.RunAsync("google.stream", request);

        Assert.False(whole.TryGetProperty("error", out var error), error.ToString());
        var text = whole.GetProperty("text").GetString();
        Assert.NotEmpty(text!);
        Assert.Equal(text, string.Concat(seen.GetProperty("texts").EnumerateArray().Select(piece => piece.GetString())));
        Assert.Equal(whole.GetProperty("finish").GetString(), seen.GetProperty("finish").GetString());
        Assert.True(JsonElement.DeepEquals(whole.GetProperty("usage"), seen.GetProperty("usage")), seen.ToString());
    }

    [Fact]
    public async Task A_conversation_goes_on()
    {
        var seen = await providers.RunAsync("google.chat", new { model = "up/m", contents = Question }, "And what else?");

        Assert.Equal("Hello from upstream.", seen.GetProperty("second").GetString());
        Assert.Equal(
            """[{"role":"user","content":"What is Switchboard?"},{"role":"assistant","content":"Hello from upstream."},{"role":"user","content":"And what else?"}]""",
            providers.Upstream.Requests[^1].Json.GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task Tools_are_called_and_their_answers_come_back()
    {
        providers.Upstream.Reply(200, """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Ulm\"}"}}]},"finish_reason":"tool_calls"}]}""");

        var seen = await providers.RunAsync("google.tools", new { model = "up/m", contents = new[] { new { role = "user", parts = new[] { new { text = Question } } } }, config = new { tools = s_tools } });

        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        Assert.Equal("Ulm", seen.GetProperty("calls")[0].GetProperty("args").GetProperty("city").GetString());
        Assert.Equal("Hello from upstream.", seen.GetProperty("text").GetString());
        var asked = providers.Upstream.Requests[^1].Json;
        Assert.Equal("string", asked.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetProperty("properties").GetProperty("city").GetProperty("type").GetString());
        Assert.Equal("""{"role":"tool","tool_call_id":"call_1","content":"{\"weather\":\"sunny\"}"}""", asked.GetProperty("messages")[2].GetRawText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_recorded_answer_of_Googles_passes(bool isStream)
    {
        var fixture = SurfaceProviders.Recorded("gemini", fixture => fixture.IsStream == isStream && FixtureOracles.Read(fixture).Content.Length > 0);
        providers.Upstream.Reply(fixture.ToAnswer());

        var seen = await providers.RunAsync(isStream ? "google.stream" : "google.create", new { model = "google/gemini-x", contents = Question });

        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        var text = isStream ? string.Concat(seen.GetProperty("texts").EnumerateArray().Select(piece => piece.GetString())) : seen.GetProperty("text").GetString();
        Assert.Equal(FixtureOracles.Read(fixture).Content, text);
        Assert.Equal($"/v1beta/models/gemini-x:{(isStream ? "streamGenerateContent" : "generateContent")}", providers.Upstream.Requests[^1].Path);
        Assert.Equal("sk-google", providers.Upstream.Requests[^1].Header("x-goog-api-key"));
    }

    [Fact]
    public async Task Tokens_are_counted_and_embeddings_made()
    {
        var count = await providers.RunAsync("google.count", new { model = Local, contents = Question });
        var embedded = await providers.RunAsync("google.embed", new { model = "local/switchboard-tiny-embed", contents = new[] { "A fox.", "A port." } });

        Assert.True(count.GetProperty("answer").GetProperty("totalTokens").GetInt32() > 0, count.ToString());
        Assert.Equal([256, 256], embedded.GetProperty("answer").GetProperty("embeddings").EnumerateArray().Select(one => one.GetProperty("values").GetArrayLength()));
    }

    [Fact]
    public async Task Models_are_listed_and_retrieved()
    {
        var seen = await providers.RunAsync("google.models", new { });

        Assert.Contains("models/switchboard-tiny", seen.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(seen.GetProperty("models")[0].GetProperty("name").GetString(), seen.GetProperty("model").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(429, 429, "RESOURCE_EXHAUSTED")]
    [InlineData(400, 400, "INVALID_ARGUMENT")]
    public async Task Errors_are_the_sdks(int status, int told, string word)
    {
        providers.Upstream.Reply(status, """{"error":{"message":"So it is.","type":"x","param":null,"code":null}}""");

        var seen = await providers.RunAsync("google.create", new { model = "up/m", contents = Question });

        var error = seen.GetProperty("error");
        Assert.Equal(("ApiError", told), (error.GetProperty("name").GetString(), error.GetProperty("status").GetInt32()));
        Assert.Contains(word, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
