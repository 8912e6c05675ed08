using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Tests.Protocol.Multipart;

public sealed class MultipartFormTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_small_form_is_these_bytes()
    {
        var form = new MultipartForm(() => "limit");
        form.Add("purpose", "batch");
        form.Add("file", UploadFile.FromBytes("{}\n"u8.ToArray(), "requests.jsonl"));
        form.AddJson("session", "{\"type\":\"realtime\"}"u8.ToArray());
        form.Add("sdp", "v=0", "application/sdp");

        Assert.Equal(
            """
            --limit
            Content-Disposition: form-data; name="purpose"

            batch
            --limit
            Content-Disposition: form-data; name="file"; filename="requests.jsonl"
            Content-Type: application/jsonl

            {}

            --limit
            Content-Disposition: form-data; name="session"
            Content-Type: application/json

            {"type":"realtime"}
            --limit
            Content-Disposition: form-data; name="sdp"
            Content-Type: application/sdp

            v=0
            --limit--

            """.ReplaceLineEndings("\r\n").Replace("{}\r\n", "{}\n", StringComparison.Ordinal),
            await TextOf(form));
        Assert.Equal("multipart/form-data; boundary=limit", form.ContentType);
    }

    [Fact]
    public async Task A_form_without_fields_is_still_a_form()
    {
        var form = new MultipartForm(() => "limit");

        Assert.Equal("--limit--\r\n", await TextOf(form));
        Assert.True(form.TryGetLength(out var length));
        Assert.Equal((11, 0), (length, form.Count));
    }

    [Fact]
    public async Task Values_are_spelled_as_the_official_sdks_spell_them()
    {
        var form = new MultipartForm();
        form.Add("stream", true);
        form.Add("default", false);
        form.Add("n", 2);
        form.Add("big", long.MinValue);
        form.Add("temperature", 0.4);
        form.Add("third", 1 / 3d);
        form.Add("created_after", DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_999));
        form.AddEach("include", ["logprobs", "usage"]);
        form.AddEach("known_speaker_names", Array.Empty<string>());
        form.AddEach("image", [UploadFile.FromBytes(default, "a.png"), UploadFile.FromBytes(default, "b.webp")]);

        Assert.Equal(
            [
                ("stream", "true"), ("default", "false"), ("n", "2"), ("big", "-9223372036854775808"), ("temperature", "0.4"),
                ("third", "0.3333333333333333"), ("created_after", "1750000000"), ("include[]", "logprobs"), ("include[]", "usage"),
                ("image[]", "a.png:image/png:"), ("image[]", "b.webp:image/webp:"),
            ],
            await Parse(form));
    }

    [Fact]
    public async Task Json_is_flattened_with_brackets()
    {
        var form = new MultipartForm();
        form.AddFlattened("expires_after", """{"anchor":"created_at","seconds":3600}"""u8);
        form.AddFlattened("chunking_strategy", "\"auto\""u8);
        form.AddFlattened("x", """{"list":[1.0,[true],{"deep":"gr\u00fc\u00dfe"},{}],"nothing":null,"e":1e3}"""u8);

        Assert.Equal(
            [
                ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600"), ("chunking_strategy", "auto"),
                ("x[list][]", "1.0"), ("x[list][][]", "true"), ("x[list][][deep]", "grüße"), ("x[e]", "1e3"),
            ],
            await Parse(form));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("1 2")]
    [InlineData("\"\\ud800\"")]
    public void What_is_not_json_is_not_flattened(string json) =>
        Assert.ThrowsAny<JsonException>(() => new MultipartForm().AddFlattened("x", Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a \"b\".wav", "a %22b%22.wav")]
    [InlineData("a\r\nX-Evil: 1\r\n\r\n", "a%0D%0AX-Evil: 1%0D%0A%0D%0A")]
    [InlineData("a%22", "a%22")]
    [InlineData("back\\slash;=", "back\\slash;=")]
    [InlineData("open end\\", "open end%5C")]
    [InlineData("größe 日本 😀.pdf", "größe 日本 😀.pdf")]
    [InlineData("nul\0tab\tdel\u007f", "nul\uFFFDtab\uFFFDdel\uFFFD")]
    [InlineData("skills/one/SKILL.md", "skills/one/SKILL.md")]
    public async Task Names_are_escaped_as_browsers_do(string name, string onTheWire)
    {
        var form = new MultipartForm(() => "limit");
        form.Add(name, UploadFile.FromBytes("x"u8.ToArray(), name, "text/plain"));

        Assert.Equal($"--limit\r\nContent-Disposition: form-data; name=\"{onTheWire}\"; filename=\"{onTheWire}\"\r\nContent-Type: text/plain\r\n\r\nx\r\n--limit--\r\n", await TextOf(form));
    }

    [Fact]
    public async Task Half_a_character_is_replaced()
    {
        var half = new string('\ud83d', 1);
        var form = new MultipartForm();
        form.Add("a" + half, "b" + half);

        Assert.Equal([("a\uFFFD", "b\uFFFD")], await Parse(form));
    }

    [Fact]
    public async Task Text_is_sent_as_it_is()
    {
        const string Text = "one\ntwo\r\nthree\r--x\r\n--\0 grüße 😀";
        var form = new MultipartForm();
        form.Add("prompt", Text);

        Assert.Equal([("prompt", Text)], await Parse(form));
    }

    [Fact]
    public async Task No_text_holds_the_boundary()
    {
        var made = new Queue<string>(["one", "two", "three"]);
        var form = new MultipartForm(made.Dequeue);
        form.Add("a", "--one");
        form.AddJson("b", "\"two\""u8.ToArray());

        Assert.Equal("multipart/form-data; boundary=three", form.ContentType);
        var refused = Assert.Throws<ArgumentException>(() => form.Add("c", "x three x"));
        Assert.Contains("'c'", refused.Message, StringComparison.Ordinal);
        form.Add("c", "four");
        Assert.Equal(3, (await Parse(form)).Count);
    }

    [Fact]
    public void Boundaries_are_random_and_short_enough_for_rfc_2046()
    {
        var boundaries = Enumerable.Range(0, 100).Select(_ => new MultipartForm().ContentType["multipart/form-data; boundary=".Length..]).ToHashSet();

        Assert.Equal(100, boundaries.Count);
        Assert.All(boundaries, boundary => Assert.Matches("^form-[0-9a-f]{32}$", boundary));
    }

    [Fact]
    public void What_cannot_be_a_field_is_refused_when_it_is_added()
    {
        var form = new MultipartForm();
        var file = UploadFile.FromBytes(default, "a");

        Assert.Throws<ArgumentException>(() => form.Add("", "x"));
        Assert.Throws<ArgumentException>(() => form.Add("", file));
        Assert.Throws<ArgumentException>(() => form.AddEach("", ["x"]));
        Assert.Throws<ArgumentException>(() => form.AddFlattened("", "1"u8));
        Assert.Throws<ArgumentException>(() => form.Add("a", "x", "text/plain\r\nX-Evil: 1"));
        Assert.Throws<ArgumentNullException>(() => form.Add("a", (string)null!));
        Assert.Throws<ArgumentNullException>(() => form.Add("a", (UploadFile)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => form.Add("a", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => form.Add("a", double.PositiveInfinity));
        Assert.Equal(0, form.Count);
    }

    private static async Task<string> TextOf(MultipartForm form)
    {
        using var body = new MemoryStream();
        await form.WriteToAsync(body, Token);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    /// <summary>The fields as ASP.NET Core reads them; a file as its name, type and text.</summary>
    private static async Task<List<(string Name, string Value)>> Parse(MultipartForm form)
    {
        using var body = new MemoryStream();
        await form.WriteToAsync(body, Token);
        body.Position = 0;
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(form.ContentType).Boundary).Value!;
        var reader = new MultipartReader(boundary, body);
        var fields = new List<(string, string)>();
        while (await reader.ReadNextSectionAsync(Token) is { } section)
        {
            var disposition = ContentDispositionHeaderValue.Parse(section.ContentDisposition);
            using var text = new StreamReader(section.Body, Encoding.UTF8);
            var value = await text.ReadToEndAsync(Token);
            fields.Add((disposition.Name.Value!.Trim('"'), disposition.FileName.HasValue ? $"{disposition.FileName.Value!.Trim('"')}:{section.ContentType}:{value}" : value));
        }

        return fields;
    }
}
