using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Gateway.Translation.Pictures;

namespace Switchboard.Tests.Server.Providers;

/// <summary>Edits of pictures by Google's models behind the gateway, over real sockets.</summary>
public sealed class GeminiPictureTests : IAsyncLifetime
{
    private readonly ReplayUpstream _upstream = ReplayUpstream.Start();
    private ServedGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await ServedGateway.StartAsync(configuration: new GatewayConfiguration
    {
        Providers = new Dictionary<string, ProviderSettings>
        {
            ["up"] = new() { Type = "gemini", BaseUrl = _upstream.BaseUrl, ApiKey = new Secret("key-of-the-gateway") },
            ["vertex"] = new() { Type = "vertex", BaseUrl = _upstream.BaseUrl, ApiKey = new Secret("key-of-the-gateway"), Project = "p", Location = "eu" },
        },
        Models = new Dictionary<string, ModelSettings>
        {
            ["painter"] = new() { Deployments = [new("up", "gemini-2.5-flash-image"), new("up", "gemini-3-pro-image-preview")] },
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Gemini_is_given_the_pictures_of_a_form()
    {
        _upstream.On("/v1/models/gemini-2.5-flash-image:generateContent", _ => UpstreamAnswer.Json("""{"candidates":[{"content":{"parts":[{"text":"Here"},{"inlineData":{"mimeType":"image/png","data":"CCCC"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":300,"candidatesTokenCount":4,"promptTokensDetails":[{"modality":"TEXT","tokenCount":42},{"modality":"IMAGE","tokenCount":258}]}}"""));
        using var form = Form("up/gemini-2.5-flash-image", ("n", "2"), ("size", "1024x1024"), ("stream", "false"), ("quality", "auto"), ("user", "u"));
        form.Add(new ByteArrayContent([.. "RIFF1234WEBPx"u8]), "image[1]", "b");

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(["CCCC", "CCCC"], answer["data"]!.AsArray().Select(picture => (string)picture!["b64_json"]!));
        Assert.Equal("""{"input_tokens":600,"output_tokens":8,"total_tokens":608,"input_tokens_details":{"text_tokens":84,"image_tokens":516}}""", answer["usage"]!.ToJsonString());
        Assert.Equal("user", response.Headers.GetValues("x-switchboard-dropped").Single());
        Assert.Equal(2, _upstream.Requests.Count);
        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"A hat"},{"inlineData":{"mimeType":"image/png","data":"AQID"}},{"inlineData":{"mimeType":"image/webp","data":"UklGRjEyMzRXRUJQeA=="}}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"1:1"}}}""",
            _upstream.Requests[1].BodyText);
    }

    [Fact]
    public async Task How_many_pictures_were_withheld_is_told()
    {
        var asked = 0;
        _upstream.On("/v1/models/gemini-2.5-flash-image:generateContent", _ => UpstreamAnswer.Json(Interlocked.Increment(ref asked) == 2
            ? """{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"CCCC"}}]},"finishReason":"STOP"}]}"""
            : """{"candidates":[{"finishReason":"IMAGE_SAFETY"}]}"""));
        using var form = Form("up/gemini-2.5-flash-image", ("n", "3"));

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        Assert.Single(JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["data"]!.AsArray());
        Assert.Equal("2", response.Headers.GetValues("x-switchboard-withheld").Single());
    }

    [Fact]
    public async Task Imagen_edits_inside_a_mask_at_Vertex()
    {
        _upstream.On("/v1/projects/p/locations/eu/publishers/google/models/imagen-3.0-capability-001:predict", _ => UpstreamAnswer.Json("""{"predictions":[{"bytesBase64Encoded":"AAAA","mimeType":"image/png"}]}"""));
        using var form = Form("vertex/imagen-3.0-capability-001", ("n", "2"));
        form.Add(new ByteArrayContent(Png.Mask([[true, false]])), "mask", "mask.png");

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        Assert.Equal("AAAA", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["data"]![0]!["b64_json"]);
        var sent = JsonNode.Parse(Assert.Single(_upstream.Requests).BodyText)!;
        var mask = sent["instances"]![0]!["referenceImages"]![1]!["referenceImage"]!;
        Assert.Equal([".#"], Png.Read(Convert.FromBase64String((string)mask["bytesBase64Encoded"]!)));
        mask["bytesBase64Encoded"] = "";
        Assert.Equal(
            """{"instances":[{"prompt":"A hat","referenceImages":[{"referenceType":"REFERENCE_TYPE_RAW","referenceId":1,"referenceImage":{"bytesBase64Encoded":"AQID"}},{"referenceType":"REFERENCE_TYPE_MASK","referenceId":2,"referenceImage":{"bytesBase64Encoded":""},"maskImageConfig":{"maskMode":"MASK_MODE_USER_PROVIDED"}}]}],"parameters":{"editMode":"EDIT_MODE_INPAINT_INSERTION","sampleCount":2}}""",
            sent.ToJsonString());
    }

    [Theory]
    [InlineData("response_format", "url", "response_format")]
    [InlineData("stream", "true", "stream")]
    [InlineData("n", "many", "n")]
    [InlineData("n", "11", "n")]
    [InlineData("mask", "text", "mask")]
    public async Task What_cannot_be_had_is_refused_by_name(string field, string value, string parameter)
    {
        using var form = Form("up/gemini-2.5-flash-image", (field, value));

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        Assert.Equal((HttpStatusCode.BadRequest, parameter), (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Token)).GetProperty("error").GetProperty("param").GetString()));
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        using var form = Form("up/gemini-2.5-flash-image");
        form.Add(new ByteArrayContent(new byte[15 * 1024 * 1024]), "image", "large.png");

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(_upstream.Requests);
    }

    [Fact]
    public async Task A_form_that_one_deployment_has_read_is_not_offered_to_the_next()
    {
        _upstream.Reply(503, """{"error":{"code":503,"message":"Later.","status":"UNAVAILABLE"}}""");
        using var form = Form("painter");

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/edits", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Single(_upstream.Requests);
    }

    [Fact]
    public async Task Variations_are_not_offered()
    {
        using var form = Form("up/gemini-2.5-flash-image");

        using var response = await _gateway.Client.PostAsync(new Uri("/v1/images/variations", UriKind.Relative), form, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_upstream.Requests);
    }

    [Theory]
    [InlineData("audio/speech", """{"model":"up/tts","voice":"alloy","input":"Hi","x":""")]
    [InlineData("images/generations", """{"model":"up/imagen-4","prompt":"A","x":""")]
    [InlineData("embeddings", """{"model":"up/e","input":"a","x":""")]
    public async Task A_request_that_nests_deeply_is_no_fault_of_ours(string path, string start)
    {
        _upstream.Reply(400, """{"error":{"code":400,"message":"No.","status":"INVALID_ARGUMENT"}}""");

        using var response = await _gateway.PostAsync("/v1/" + path, start + new string('[', 100) + new string(']', 100) + "}");

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_ARGUMENT"), (response.StatusCode, (await ErrorAnswer.ReadAsync(response)).Code));
    }

    private static MultipartFormDataContent Form(string model, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new StringContent(model), "model" }, { new StringContent("A hat"), "prompt" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent([1, 2, 3]), "image", "a.png");
        return form;
    }
}
