using System.Net;
using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Google AI and Vertex AI behind the real gateway: what is asked of them, and what arrives.</summary>
public sealed class GeminiProviderTests : IAsyncLifetime
{
    private const string Key = "AIza-of-the-gateway";
    private const string Chat = """{"model":"up/gemini-2.5-flash","messages":[{"role":"user","content":"Hi"}]}""";

    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private ServedGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await ServedGateway.StartAsync(configuration: new GatewayConfiguration
    {
        Providers = new Dictionary<string, ProviderSettings>
        {
            ["up"] = new() { Type = "gemini", BaseUrl = _upstream.BaseUrl, ApiKey = new Secret(Key) },
            ["vertex"] = new() { Type = "vertex", BaseUrl = _upstream.BaseUrl, ApiKey = new Secret(Key), Project = "p", Location = "eu" },
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_chat_goes_to_the_models_path_with_the_key_in_its_header()
    {
        _upstream.Reply(UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}],"modelVersion":"gemini-2.5-flash-001","responseId":"r1"}"""));
        using var answer = await _gateway.PostAsync("/v1/chat/completions", Chat);
        var completion = await JsonAsync(answer);

        var request = Assert.Single(_upstream.Requests);
        Assert.Equal(("/v1/models/gemini-2.5-flash:generateContent", "", Key), (request.Path, request.Query, request.Header("x-goog-api-key")));
        Assert.Null(request.Header("authorization"));
        Assert.Equal(("r1", "gemini-2.5-flash-001"), (completion.GetProperty("id").GetString(), completion.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task Vertex_is_asked_at_the_path_of_the_project()
    {
        _upstream.Reply(UpstreamAnswer.Stream(["data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello\"}]},\"finishReason\":\"STOP\"}]}\n\n"]));
        using var answer = await _gateway.PostAsync("/v1/chat/completions", Chat.Replace("up/", "vertex/", StringComparison.Ordinal).Replace("}]}", "}],\"stream\":true}", StringComparison.Ordinal));
        var text = await answer.Content.ReadAsStringAsync(Token);

        var request = Assert.Single(_upstream.Requests);
        Assert.Equal("/v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-flash:streamGenerateContent", request.Path);
        Assert.Equal(("?alt=sse", $"Bearer {Key}"), (request.Query, request.Header("authorization")));
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, """{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}""", 401, "authentication_error", "INVALID_ARGUMENT", null)]
    [InlineData(429, """{"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}}""", 429, "rate_limit_error", "RESOURCE_EXHAUSTED", "35")]
    [InlineData(400, """{"error":{"code":400,"message":"The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""", 400, "invalid_request_error", "context_length_exceeded", null)]
    [InlineData(400, """[{"error":{"code":400,"message":"Bad.","status":"FAILED_PRECONDITION"}}]""", 400, "invalid_request_error", "FAILED_PRECONDITION", null)]
    [InlineData(404, """{"error":{"code":404,"message":"No such model.","status":"NOT_FOUND"}}""", 404, "invalid_request_error", "NOT_FOUND", null)]
    [InlineData(503, """{"error":{"code":503,"message":"Overloaded.","status":"UNAVAILABLE"}}""", 503, "overloaded_error", "overloaded", "1")]
    public async Task Errors_are_told_as_what_they_are(int status, string body, int expected, string type, string code, string? retryAfter)
    {
        _upstream.Reply(UpstreamAnswer.Json(body, status));
        using var answer = await _gateway.PostAsync("/v1/chat/completions", Chat);
        var error = (await JsonAsync(answer)).GetProperty("error");

        Assert.Equal((expected, type, code), ((int)answer.StatusCode, error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.Equal(retryAfter, answer.Headers.TryGetValues("retry-after", out var values) ? Assert.Single(values) : null);
    }

    [Fact]
    public async Task A_fault_in_the_middle_of_a_stream_is_one_error_event()
    {
        _upstream.Reply(UpstreamAnswer.Stream(
        [
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hel\"}]}}]}\n\n",
            "data: {\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}\n\n",
        ]));
        using var answer = await _gateway.PostAsync("/v1/chat/completions", Chat.Replace("}]}", "}],\"stream\":true}", StringComparison.Ordinal));
        var text = await answer.Content.ReadAsStringAsync(Token);

        Assert.Contains("\"content\":\"Hel\"", text, StringComparison.Ordinal);
        Assert.Contains("The model is overloaded.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_reason_was_cut()
    {
        _upstream.Reply(UpstreamAnswer.Stream(["data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hel\"}]}}]}\n\n"]));
        using var answer = await _gateway.PostAsync("/v1/chat/completions", Chat.Replace("}]}", "}],\"stream\":true}", StringComparison.Ordinal));

        Assert.Contains("upstream_incomplete", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_are_listed_without_their_folder()
    {
        _upstream.On("/v1/models", request => UpstreamAnswer.Json(request.Query == "?pageSize=1000"
            ? """{"models":[{"name":"models/gemini-2.5-flash","displayName":"Gemini 2.5 Flash","inputTokenLimit":1048576},{"name":"tunedModels/mine"}]}"""
            : "{}"));
        _upstream.On("/v1beta1/publishers/google/models", request => UpstreamAnswer.Json(request.Header("x-goog-user-project") == "p" ? """{"publisherModels":[{"name":"publishers/google/models/gemini-3-pro"}]}""" : "{}"));
        var models = JsonElement.Parse(await _gateway.Client.GetByteArrayAsync(new Uri("/v1/models", UriKind.Relative), Token)).GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ToArray();

        Assert.Equal(["gemini-2.5-flash", "gemini-3-pro", "tunedModels/mine"], models.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("embedding_basic_functionality_gemini_gemini-embedding-001_can_handle_multiple_texts_with_custom_dimensions", "up/gemini-embedding-001", "/v1/models/gemini-embedding-001:batchEmbedContents", 0)]
    [InlineData("embedding_basic_functionality_vertexai_text-embedding-004_can_handle_multiple_texts_with_custom_dimensions", "vertex/text-embedding-004", "/v1/projects/p/locations/eu/publishers/google/models/text-embedding-004:predict", 4)]
    public async Task Embeddings_are_asked_for_as_they_were_recorded(string cassette, string model, string path, int tokens)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        using var recorded = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedFolder.Combine("fixtures", "crmne+ruby_llm", "spec", "fixtures", "vcr_cassettes", cassette + ".json"), Token));
        var (sent, received) = (recorded.RootElement[0].GetProperty("request_body"), recorded.RootElement[0].GetProperty("response_body"));
        _upstream.On(path, _ => UpstreamAnswer.Json(received.GetRawText()));

        using var answer = await _gateway.PostAsync("/v1/embeddings", $$"""{"model":"{{model}}","input":["Ruby","Python","JavaScript"],"dimensions":768}""");
        var list = await JsonAsync(answer);
        using var again = await _gateway.PostAsync("/v1/embeddings", $$"""{"model":"{{model}}","input":["Ruby","Python","JavaScript"],"dimensions":768,"encoding_format":"base64"}""");
        var packed = (await JsonAsync(again)).GetProperty("data")[2].GetProperty("embedding").GetBytesFromBase64();

        Assert.Empty(JsonDifference.Between(Encoding.UTF8.GetBytes(sent.GetRawText()), _upstream.Requests[0].Body.Span));
        Assert.Equal(tokens, list.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        var vector = list.GetProperty("data")[2].GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray();
        Assert.Equal(768, vector.Length);
        Assert.Equal(vector, Enumerable.Range(0, packed.Length / 4).Select(i => BitConverter.ToSingle(packed, i * 4)));
    }

    [Theory]
    [InlineData("up/gemini-embedding-001", "/v1/models/gemini-embedding-001:batchEmbedContents", """{"embeddings":[{}]}""")]
    [InlineData("vertex/multimodalembedding", "/v1/projects/p/locations/eu/publishers/google/models/multimodalembedding:predict", """{"predictions":[{"textEmbedding":[1]}]}""")]
    [InlineData("vertex/text-embedding-004", "/v1/projects/p/locations/eu/publishers/google/models/text-embedding-004:predict", """{"predictions":[{"embeddings":{}}]}""")]
    public async Task Vectors_that_are_missing_are_the_providers_fault(string model, string path, string answered)
    {
        _upstream.On(path, _ => UpstreamAnswer.Json(answered));
        using var answer = await _gateway.PostAsync("/v1/embeddings", $$"""{"model":"{{model}}","input":"Ruby"}""");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Theory]
    [InlineData("chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]")]
    [InlineData("embeddings", "\"input\":\"Hi\"")]
    [InlineData("images/generations", "\"prompt\":\"A\"")]
    [InlineData("audio/speech", "\"input\":\"Hi\",\"voice\":\"Kore\"")]
    public async Task A_model_leads_nowhere_but_to_the_models(string path, string members)
    {
        using var answer = await _gateway.PostAsync("/v1/" + path, $$"""{"model":"vertex/../../../../../other/locations/us/publishers/google/models/gemini-2.5-flash",{{members}}}""");

        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (answer.StatusCode, (await JsonAsync(answer)).GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(_upstream.Requests);
    }

    [Theory]
    [InlineData("embeddings", "\"input\":\"Hi\"", """{"embeddings":[{"values":[1]}]}""")]
    [InlineData("images/generations", "\"prompt\":\"A\"", """{"candidates":[{"content":{"parts":[{"inlineData":{"data":"CCCC"}}]}}]}""")]
    [InlineData("audio/speech", "\"input\":\"Hi\",\"voice\":\"Kore\",\"response_format\":\"pcm\"", """{"candidates":[{"content":{"parts":[{"inlineData":{"data":"CCCC"}}]}}]}""")]
    public async Task Members_may_nest_as_deep_as_the_gateway_takes_them(string path, string members, string answered)
    {
        _upstream.Reply(UpstreamAnswer.Json(answered));
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + "1" + string.Concat(Enumerable.Repeat("]", 100));
        using var answer = await _gateway.PostAsync("/v1/" + path, $$"""{"model":"up/m",{{members}},"deep":{{deep}}}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("deep", answer.Headers.GetValues("x-switchboard-dropped").Single());
    }

    [Fact]
    public async Task A_size_that_cannot_be_read_is_named()
    {
        _upstream.On("/v1/models/imagen-4:predict", _ => UpstreamAnswer.Json("""{"predictions":[{"bytesBase64Encoded":7},{"bytesBase64Encoded":"AAAA"}]}"""));
        using var answer = await _gateway.PostAsync("/v1/images/generations", """{"model":"up/imagen-4","prompt":"A","size":"large"}""");

        Assert.Equal("size", answer.Headers.GetValues("x-switchboard-dropped").Single());
        Assert.Equal("AAAA", Assert.Single((await JsonAsync(answer)).GetProperty("data").EnumerateArray()).GetProperty("b64_json").GetString());
    }

    [Fact]
    public async Task Imagen_draws_all_at_once_and_Gemini_one_by_one()
    {
        _upstream.On("/v1/models/imagen-4:predict", _ => UpstreamAnswer.Json("""{"predictions":[{"bytesBase64Encoded":"AAAA","mimeType":"image/png"},{"bytesBase64Encoded":"BBBB"}]}"""));
        _upstream.On("/v1/models/gemini-2.5-flash-image:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"text":"Here"},{"inlineData":{"mimeType":"image/png","data":"CCCC"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}"""));

        using var imagen = await _gateway.PostAsync("/v1/images/generations", """{"model":"up/imagen-4","prompt":"A cat","n":2,"size":"1536x1024","quality":"high"}""");
        using var gemini = await _gateway.PostAsync("/v1/images/generations", """{"model":"up/gemini-2.5-flash-image","prompt":"A cat","n":2,"size":"1536x1024"}""");

        Assert.Equal(["AAAA", "BBBB"], (await JsonAsync(imagen)).GetProperty("data").EnumerateArray().Select(picture => picture.GetProperty("b64_json").GetString()));
        Assert.Equal("quality", imagen.Headers.GetValues("x-switchboard-dropped").Single());
        var drawn = await JsonAsync(gemini);
        Assert.Equal(["CCCC", "CCCC"], drawn.GetProperty("data").EnumerateArray().Select(picture => picture.GetProperty("b64_json").GetString()));
        Assert.Equal(14, drawn.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(3, _upstream.Requests.Count);
        Assert.Equal("""{"instances":[{"prompt":"A cat"}],"parameters":{"sampleCount":2,"aspectRatio":"4:3"}}""", _upstream.Requests[0].BodyText);
        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"A cat"}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"3:2"}}}""",
            _upstream.Requests[1].BodyText);
    }

    [Theory]
    [InlineData("images/generations", """{"model":"up/imagen-4","prompt":"A","response_format":"url"}""", "response_format")]
    [InlineData("images/generations", """{"model":"up/imagen-4","prompt":"A","n":11}""", "n")]
    [InlineData("audio/speech", """{"model":"up/tts","input":"Hi","voice":"Kore","response_format":"mp3"}""", "response_format")]
    [InlineData("audio/speech", """{"model":"up/tts","input":"Hi","voice":"Kore","stream_format":"sse"}""", "stream_format")]
    [InlineData("embeddings", """{"model":"up/e","input":[1,2]}""", "input")]
    public async Task What_cannot_be_had_is_refused_by_name(string path, string body, string parameter)
    {
        using var answer = await _gateway.PostAsync("/v1/" + path, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(parameter, (await JsonAsync(answer)).GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task A_picture_that_is_withheld_is_told_why()
    {
        _upstream.On("/v1/models/imagen-4:predict", _ => UpstreamAnswer.Json("""{"predictions":[{"raiFilteredReason":"Unsafe."}]}"""));
        using var answer = await _gateway.PostAsync("/v1/images/generations", """{"model":"up/imagen-4","prompt":"A"}""");
        var error = (await JsonAsync(answer)).GetProperty("error");

        Assert.Equal((HttpStatusCode.BadRequest, "content_policy_violation"), (answer.StatusCode, error.GetProperty("code").GetString()));
        Assert.Contains("Unsafe.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pcm", "audio/pcm", 4)]
    [InlineData("wav", "audio/wav", 48)]
    public async Task Speech_is_samples_or_a_file(string format, string type, int length)
    {
        _upstream.On("/v1/models/tts:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/L16;codec=pcm;rate=16000","data":"AQIDBA=="}}]},"finishReason":"STOP"}]}"""));
        using var answer = await _gateway.PostAsync("/v1/audio/speech", $$"""{"model":"up/tts","input":"Hi","voice":"alloy","instructions":"Whisper.","response_format":"{{format}}"}""");
        var sound = await answer.Content.ReadAsByteArrayAsync(Token);

        Assert.Equal((HttpStatusCode.OK, type, length), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, sound.Length));
        Assert.Equal([1, 2, 3, 4], sound[^4..]);
        Assert.True(format == "pcm" || BitConverter.ToInt32(sound, 24) == 16_000);
        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"Whisper: Hi"}]}],"generationConfig":{"responseModalities":["AUDIO"],"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}}}""",
            Assert.Single(_upstream.Requests).BodyText);
    }

    [Fact]
    public async Task Speech_without_sound_is_no_answer()
    {
        _upstream.On("/v1/models/tts:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"finishReason":"OTHER"}]}"""));
        using var answer = await _gateway.PostAsync("/v1/audio/speech", """{"model":"up/tts","input":"Hi","voice":"alloy"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Speech_that_was_cut_is_no_answer()
    {
        _upstream.On("/v1/models/tts:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/L16","data":"AQIDBA=="}}]},"finishReason":"MAX_TOKENS"}]}"""));
        using var answer = await _gateway.PostAsync("/v1/audio/speech", """{"model":"up/tts","input":"Hi","voice":"alloy"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "answer_too_long"), (answer.StatusCode, (await JsonAsync(answer)).GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Words_that_were_cut_are_no_answer()
    {
        _upstream.On("/v1/models/gemini-2.5-flash:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"MAX_TOKENS"}]}"""));
        using var form = FormOf(("model", "up/gemini-2.5-flash"));
        using var answer = await _gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), form, Token);

        Assert.Equal((HttpStatusCode.BadRequest, "answer_too_long"), (answer.StatusCode, (await JsonAsync(answer)).GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("talk.M4A", "audio/m4a")]
    [InlineData("talk", "audio/wav")]
    public async Task Sound_without_a_type_has_that_of_its_name(string name, string type)
    {
        _upstream.On("/v1/models/gemini-2.5-flash:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}]}"""));
        using var form = new MultipartFormDataContent();
        using var model = new StringContent("up/gemini-2.5-flash");
        form.Add(model, "model");
        using var file = new ByteArrayContent([1, 2, 3]);
        file.Headers.ContentType = new("application/octet-stream");
        form.Add(file, "file", name);
        using var answer = await _gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, Assert.Single(_upstream.Requests).Json.GetProperty("contents")[0].GetProperty("parts")[1].GetProperty("inlineData").GetProperty("mimeType").GetString());
    }

    [Theory]
    [InlineData("json", "application/json", """{"text":"Hello you","usage":{"type":"tokens","input_tokens":5,"input_token_details":{"text_tokens":1,"audio_tokens":4},"output_tokens":3,"total_tokens":8}}""")]
    [InlineData("text", "text/plain", "Hello you\n")]
    public async Task What_is_heard_is_written_down(string format, string type, string expected)
    {
        _upstream.On("/v1/models/gemini-2.5-flash:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hello "},{"text":"you\n"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":1,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":4}]}}"""));
        using var form = FormOf(("model", "up/gemini-2.5-flash"), ("language", "en"), ("response_format", format), ("temperature", "0.2"), ("stream", "False"));
        using var answer = await _gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), form, Token);

        Assert.Equal((HttpStatusCode.OK, type, expected), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(Token)));
        var sent = Assert.Single(_upstream.Requests).Json;
        var parts = sent.GetProperty("contents")[0].GetProperty("parts");
        Assert.Equal("""{"mimeType":"audio/mpeg","data":"AQID"}""", parts[1].GetProperty("inlineData").GetRawText());
        Assert.EndsWith("The language is en.", parts[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(0.2, sent.GetProperty("generationConfig").GetProperty("temperature").GetDouble());
    }

    [Theory]
    [InlineData("response_format", "srt")]
    [InlineData("stream", "true")]
    [InlineData("temperature", "warm")]
    public async Task What_cannot_be_told_of_sound_is_refused(string field, string value)
    {
        using var form = FormOf(("model", "up/gemini-2.5-flash"), (field, value));
        using var answer = await _gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), form, Token);

        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.StatusCode, (await JsonAsync(answer)).GetProperty("error").GetProperty("param").GetString()));
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused()
    {
        using var form = FormOf(("model", "up/gemini-2.5-flash"));
        form.Add(new ByteArrayContent(new byte[15 * 1024 * 1024]), "more", "more.wav");
        using var answer = await _gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(_upstream.Requests);
    }

    private static MultipartFormDataContent FormOf(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        var file = new ByteArrayContent([1, 2, 3]);
        file.Headers.ContentType = new("audio/mpeg");
        form.Add(file, "file", "a.mp3");
        return form;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(Token));
}
