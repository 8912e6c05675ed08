using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Bedrock;
using Switchboard.Gateway.Translation.Gemini;
using Switchboard.Gateway.Translation.Pictures;
using Switchboard.Tests.Gateway.Support;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Pictures;

public sealed class PictureRequestTests
{
    private const string File = "PictureRequests.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_written_as_its_model_takes_it(string name)
    {
        var golden = RequestGoldens.Read(File).Single(entry => (string)entry["case"]! == name);
        var request = PictureRequest.Of(JsonElement.Parse(golden["request"]!.ToJsonString()));
        var call = Calls.Of(ApiOperation.ImageGenerations, """{"model":"m","prompt":"p"}""");
        var notes = new RequestNotes(call, "up", new ProviderSettings { Type = "x" });
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            DialectOf((string)golden["dialect"]!).WriteRequest(json, request, notes);
        }

        Assert.Equal((string?)golden["refused"], notes.Fault?.Body.Param);
        if (notes.Fault is null)
        {
            var sent = JsonNode.Parse(body.WrittenSpan)!;
            Assert.True(JsonNode.DeepEquals(golden["sent"], sent), sent.ToJsonString());
            Assert.Equal((golden["dropped"] as JsonArray ?? []).Select(member => (string)member!), call.Dropped);
        }
    }

    [Theory]
    [InlineData("amazon.nova-canvas-v1:0", true, true)]
    [InlineData("amazon.titan-image-generator-v2:0", true, true)]
    [InlineData("stability.sd3-5-large-v1:0", true, false)]
    [InlineData("stability.stable-image-ultra-v1:1", true, false)]
    [InlineData("us.stability.stable-image-inpaint-v1:0", true, false)]
    [InlineData("us.stability.stable-image-remove-background-v1:0", false, false)]
    [InlineData("amazon.nova-lite-v1:0", false, false)]
    public void Models_on_Bedrock_that_draw_are_known(string model, bool draws, bool varies) =>
        Assert.Equal((draws, varies), (BedrockPictures.Of(model, isVariation: false) is not null, BedrockPictures.Of(model, isVariation: true) is not null));

    private static PictureDialect DialectOf(string name) => name switch
    {
        "nova" => BedrockPictures.Of("amazon.nova-canvas-v1:0", isVariation: false)!,
        "titan" => BedrockPictures.Of("amazon.titan-image-generator-v2:0", isVariation: false)!,
        "stability" => BedrockPictures.Of("stability.sd3-5-large-v1:0", isVariation: false)!,
        "inpaint" => BedrockPictures.Of("us.stability.stable-image-inpaint-v1:0", isVariation: false)!,
        "gemini" => new GeminiPictures(),
        "imagen" => new ImagenPictures(isVertex: false),
        _ => new ImagenPictures(isVertex: true),
    };
}
