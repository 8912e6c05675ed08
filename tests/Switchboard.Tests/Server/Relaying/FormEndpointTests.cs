using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Server.Relaying;

/// <summary>Forms that pass through to a provider.</summary>
public sealed class FormEndpointTests
{
    private const int Megabyte = 1024 * 1024;
    private const string Models = """{"object":"list","data":[{"id":"whisper-1","object":"model"}]}""";
    private const string OtherModels = """{"object":"list","data":[{"id":"parakeet","object":"model"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static UpstreamAnswer Heard => UpstreamAnswer.Json("""{"text":"Hello."}""");

    [Theory]
    [InlineData("/v1/audio/transcriptions")]
    [InlineData("/audio/transcriptions")]
    [InlineData("/v1/audio/translations")]
    public async Task A_form_reaches_its_models_provider_as_it_is(string path)
    {
        await using var upstream = Listing(Models);
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.On("/v1" + path.Replace("/v1", "", StringComparison.Ordinal), _ => Heard);
        var form = Form.Of(Form.Field("model", "whisper-1"), Form.File("file", "sound"));

        using var response = await PostAsync(gateway, path, form);

        Assert.Equal("""{"text":"Hello."}""", await response.Content.ReadAsStringAsync(Token));
        var asked = Calls(upstream).Single();
        Assert.Equal((form, "multipart/form-data; boundary=b", $"{form.Length}"), (asked.BodyText, asked.Header("Content-Type"), asked.Header("Content-Length")));
        Assert.Equal("Bearer sk-openai", asked.Header("Authorization"));
    }

    [Theory]
    [InlineData("openai/whisper-1", "whisper-1", "openai")]
    [InlineData("mine", "parakeet", "other")]
    public async Task The_models_name_is_the_one_of_its_provider(string model, string expected, string provider)
    {
        await using var upstream = Listing(Models);
        await using var other = Listing(OtherModels);
        await using var gateway = await TwoAsync(upstream, other);
        upstream.On("/v1/audio/transcriptions", _ => Heard);
        other.On("/v1/audio/transcriptions", _ => Heard);
        var form = Form.Of(Form.File("file", "sound"), Form.Field("model", model), Form.Field("language", "en"));

        using var response = await PostAsync(gateway, "/v1/audio/transcriptions", form);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var asked = Calls(provider == "openai" ? upstream : other).Single();
        Assert.Equal(form.Replace(model, expected, StringComparison.Ordinal), asked.BodyText);
        Assert.Equal($"{asked.Body.Length}", asked.Header("Content-Length"));
    }

    [Fact]
    public async Task A_stream_of_a_form_is_relayed_event_by_event_and_needs_its_end()
    {
        await using var upstream = Listing(Models);
        await using var gateway = await ServedGateway.OverAsync(upstream);
        const string delta = "event: transcript.text.delta\ndata: {\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}\n\n";
        const string done = "event: transcript.text.done\ndata: {\"type\":\"transcript.text.done\",\"text\":\"Hello\"}\n\n";
        var streams = new Queue<UpstreamAnswer>([UpstreamAnswer.Stream([delta, done]), UpstreamAnswer.Stream([delta])]);
        upstream.On("/v1/audio/transcriptions", _ => streams.Dequeue());
        var form = Form.Of(Form.Field("model", "whisper-1"), Form.Field("stream", "true"), Form.File("file", "sound"));

        using var whole = await PostAsync(gateway, "/v1/audio/transcriptions", form);
        using var cut = await PostAsync(gateway, "/v1/audio/transcriptions", form);

        Assert.Equal(delta + done, await whole.Content.ReadAsStringAsync(Token));
        Assert.Contains("\"code\":\"upstream_incomplete\"", await cut.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_leaves_before_all_of_it_has_come()
    {
        await using var upstream = new TcpUpstream();
        await using var gateway = await ServedGateway.OverAsync([("openai", upstream.BaseUrl)]);
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var content = new PushedContent(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"--b\r\n{Form.Field("model", "openai/m")}\r\n--b\r\n{Form.File("file", "FIRST")}"), Token);
            await stream.FlushAsync(Token);
            await sent.Task;
            await stream.WriteAsync(Encoding.ASCII.GetBytes("LAST\r\n--b--\r\n"), Token);
        });

        var answer = gateway.Client.PostAsync("/v1/audio/transcriptions", content, Token);
        await upstream.ReadUntilAsync("FIRST");
        sent.SetResult();
        await upstream.ReadUntilAsync("LAST\r\n--b--");
        await upstream.AnswerAsync("{}");

        using var response = await answer;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_model_behind_a_large_file_is_looked_up_and_renamed_in_passing()
    {
        await using var upstream = Listing(Models);
        await using var other = Listing(OtherModels);
        await using var gateway = await TwoAsync(upstream, other);
        upstream.On("/v1/audio/transcriptions", _ => Heard);
        var form = Form.Of(Form.File("file", new string('x', 2 * Megabyte)), Form.Field("model", "openai/whisper-1"));

        using var response = await PostAsync(gateway, "/v1/audio/transcriptions", form);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var asked = Calls(upstream).Single();
        Assert.True(asked.BodyText == form.Replace("openai/whisper-1", "whisper-1", StringComparison.Ordinal));
        Assert.Equal("chunked", asked.Header("Transfer-Encoding"));
    }

    [Fact]
    public async Task A_late_model_of_another_provider_ends_the_call_with_what_to_do()
    {
        await using var upstream = Listing(Models);
        await using var other = Listing(OtherModels);
        await using var gateway = await TwoAsync(upstream, other);
        upstream.On("/v1/audio/transcriptions", _ => Heard);
        var form = Form.Of(Form.File("file", new string('x', 2 * Megabyte)), Form.Field("model", "mine"));

        using var refused = await PostAsync(gateway, "/v1/audio/transcriptions", form);
        var error = await ErrorAnswer.ReadAsync(refused);

        Assert.Equal((400, "model", "late_model"), (error.Status, error.Param, error.Code));
        Assert.Contains("before the file", error.Message, StringComparison.Ordinal);

        // The request never became whole there.
        Assert.Empty(Calls(upstream));
        Assert.Empty(Calls(other));
    }

    [Theory]
    [InlineData("x-switchboard-model", "mine")]
    [InlineData("x-switchboard-provider", "other")]
    public async Task A_header_says_where_a_large_form_goes(string header, string value)
    {
        await using var upstream = Listing(Models);
        await using var other = Listing(OtherModels);
        await using var gateway = await TwoAsync(upstream, other);
        other.On("/v1/audio/transcriptions", _ => Heard);
        var form = Form.Of(Form.File("file", new string('x', 2 * Megabyte)), Form.Field("model", "parakeet"));
        gateway.Client.DefaultRequestHeaders.Add(header, value);

        using var response = await PostAsync(gateway, "/v1/audio/transcriptions", form);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(Calls(other).Single().BodyText == form);
        Assert.Empty(Calls(upstream));
    }

    [Fact]
    public async Task A_form_without_a_model_goes_to_the_one_for_such_calls_and_is_told_the_default_models_name()
    {
        await using var upstream = Listing(Models);
        await using var other = Listing(OtherModels);
        await using var gateway = await TwoAsync(upstream, other, ("dall-e-2", "other", "flux"));
        upstream.On("/v1/images/edits", _ => UpstreamAnswer.Json("{}"));
        other.On("/v1/images/variations", _ => UpstreamAnswer.Json("{}"));
        var edit = Form.Of(Form.File("image", "x"), Form.Field("prompt", "p"));
        var variation = Form.Of(Form.File("image", "x"));

        using var edited = await PostAsync(gateway, "/v1/images/edits", edit);
        using var varied = await PostAsync(gateway, "/v1/images/variations", variation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (edited.StatusCode, varied.StatusCode));
        Assert.Equal(edit, Calls(upstream).Single().BodyText);
        Assert.Equal(Form.Of(Form.File("image", "x"), Form.Field("model", "flux")), Calls(other).Single().BodyText);
    }

    [Fact]
    public async Task Edits_of_images_take_json_as_well()
    {
        await using var upstream = Listing(Models);
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.On("/v1/images/edits", _ => UpstreamAnswer.Json("{}"));

        using var taken = await gateway.PostAsync("/v1/images/edits", """{"model":"openai/gpt-image-1","prompt":"p","images":[{"file_id":"f"}]}""");
        using var neither = await gateway.PostAsync("/v1/images/edits", "x", "text/plain");

        Assert.Equal("gpt-image-1", Calls(upstream).Single().Json.GetProperty("model").GetString());
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        var error = await ErrorAnswer.ReadAsync(neither);
        Assert.Equal((415, "The body must be a form (multipart/form-data) or JSON, but 'text/plain' came."), (error.Status, error.Message));
    }

    [Theory]
    [InlineData("application/json", "{}", 415, "unsupported_media_type")]
    [InlineData("multipart/mixed; boundary=b", "--b--", 415, "unsupported_media_type")]
    [InlineData("multipart/form-data", "--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=", "--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b; boundary=c", "--b--", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "{}", 400, "invalid_multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b--", 400, "missing_required_parameter")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n", 400, "invalid_multipart")]
    public async Task What_is_no_form_is_refused(string contentType, string body, int status, string code)
    {
        await using var upstream = Listing(Models);
        await using var gateway = await ServedGateway.OverAsync(upstream);

        using var response = await gateway.PostAsync("/v1/audio/transcriptions", body, contentType);

        Assert.Equal((status, code), await ErrorAnswer.ReadAsync(response) is var error ? (error.Status, error.Code) : default);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_form_over_the_limit_is_refused_whether_it_says_its_length_or_not(bool tellsLength, bool modelFirst)
    {
        await using var upstream = Listing(Models);
        await using var gateway = await ServedGateway.OverAsync(upstream, configuration => configuration with { Server = new ServerSettings { MaxBodyMegabytes = 3 } });
        var file = Form.File("file", new string('x', 3 * Megabyte));
        var model = Form.Field("model", "whisper-1");
        var content = ServedGateway.Body(modelFirst ? Form.Of(model, file) : Form.Of(file, model), "multipart/form-data; boundary=b");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/audio/transcriptions") { Content = content };
        request.Headers.TransferEncodingChunked = !tellsLength;
        request.Headers.ExpectContinue = tellsLength;

        using var response = await gateway.Client.SendAsync(request, Token);

        Assert.Equal((413, "request_too_large"), await ErrorAnswer.ReadAsync(response) is var error ? (error.Status, error.Code) : default);
        Assert.Empty(Calls(upstream));
    }

    [Fact]
    public async Task A_refusal_by_the_provider_is_told_as_ever()
    {
        await using var upstream = Listing(Models);
        await using var gateway = await ServedGateway.OverAsync(upstream);
        upstream.On("/v1/audio/transcriptions", _ => UpstreamAnswer.Json("""{"error":{"message":"Bad sound.","type":"invalid_request_error","param":"file","code":"bad"}}""", 400));

        using var response = await PostAsync(gateway, "/v1/audio/transcriptions", Form.Of(Form.Field("model", "whisper-1"), Form.File("file", "x")));

        var error = await ErrorAnswer.ReadAsync(response);
        Assert.Equal((400, "Bad sound.", "file", "bad"), (error.Status, error.Message, error.Param, error.Code));
    }

    [Fact]
    public async Task A_provider_that_refuses_a_large_form_by_its_head_is_heard()
    {
        await using var upstream = new TcpUpstream();
        await using var gateway = await ServedGateway.OverAsync([("openai", upstream.BaseUrl)]);

        var answer = PostAsync(gateway, "/v1/audio/transcriptions", Form.Of(Form.Field("model", "openai/m"), Form.File("file", new string('x', 2 * Megabyte))));
        await upstream.ReadUntilAsync("\r\n\r\n");
        const string body = """{"error":{"message":"Too many.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""";
        await upstream.SendAsync($"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 7\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        using var response = await answer;
        Assert.Equal((429, "Too many."), await ErrorAnswer.ReadAsync(response) is var error ? (error.Status, error.Message) : default);
        Assert.Equal(7, response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains("Expect: 100-continue", upstream.Come, StringComparison.Ordinal);
        Assert.DoesNotContain("xxxx", upstream.Come, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_leaves_in_the_middle_of_its_form_ends_the_upstream_request()
    {
        await using var upstream = new TcpUpstream();
        await using var gateway = await ServedGateway.OverAsync([("openai", upstream.BaseUrl)]);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Token);
            await socket.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999\r\n\r\n--b\r\n{Form.Field("model", "openai/m")}\r\n--b\r\n{Form.File("file", "FIRST")}"),
                Token);
            await upstream.ReadUntilAsync("FIRST");
        }

        await upstream.ReadToEndAsync();
    }

    private static ReplayUpstream Listing(string models) => ReplayUpstream.Start().On("/v1/models", _ => UpstreamAnswer.Json(models));

    private static IEnumerable<UpstreamRequest> Calls(ReplayUpstream upstream) => upstream.Requests.Where(request => request.Method == "POST");

    private static Task<ServedGateway> TwoAsync(ReplayUpstream upstream, ReplayUpstream other, (string Name, string Provider, string Model)? row = null) =>
        ServedGateway.OverAsync([("openai", upstream.BaseUrl), ("other", other.BaseUrl)], configuration => configuration with
        {
            Models = new Dictionary<string, ModelSettings>
            {
                ["mine"] = new() { Deployments = [new DeploymentSettings("other", "parakeet")] },
                [row?.Name ?? "unused"] = new() { Deployments = [new DeploymentSettings(row?.Provider ?? "other", row?.Model ?? "unused")] },
            },
        });

    private static Task<HttpResponseMessage> PostAsync(ServedGateway gateway, string path, string form) =>
        gateway.PostAsync(path, form, "multipart/form-data; boundary=b").WithinAsync("an answer", Token);

    /// <summary>A form that is written as the test says.</summary>
    private sealed class PushedContent : HttpContent
    {
        private readonly Func<Stream, Task> _write;

        public PushedContent(Func<Stream, Task> write)
        {
            _write = write;
            Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
