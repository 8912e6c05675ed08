using System.Text;
using Switchboard.Protocol.Errors;

namespace Switchboard.Tests.Protocol.Errors;

public sealed class ApiErrorTests
{
    [Theory]
    // OpenAI and what follows it.
    [InlineData("""{"error":{"message":"m","type":"t","param":"p","code":"c"}}""", "m", "t", "p", "c")]
    [InlineData("""{"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}""", "m", "invalid_request_error", null, null)]
    [InlineData("""{"error":{"message":"m","code":42}}""", "m", null, null, "42")]
    [InlineData("""{"error":{"message":"m","code":4e2}}""", "m", null, null, "4e2")]
    [InlineData("""{"error":{"message":"m","type":"t"},"type":"outer","code":"outer"}""", "m", "t", null, "outer")]
    [InlineData("""{"error":{"type":"t"},"message":"outer"}""", "outer", "t", null, null)]
    [InlineData("""{"error":"m"}""", "m", null, null, null)]
    [InlineData("""{"error":["m","n"]}""", "m; n", null, null, null)]
    [InlineData("""{"error":"m","code":"c"}""", "m", null, null, "c")]
    [InlineData("""{"error":"m","error_type":"validation"}""", "m", "validation", null, null)]
    [InlineData("""{"message":"m","type":"t"}""", "m", "t", null, null)]
    [InlineData("""{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}""", "m", "BadRequestError", null, "400")]
    [InlineData("\uFEFF \r\n{\"error\":{\"message\":\"gr\\u00fc\\u00dfe 😀\",}}", "grüße 😀", null, null, null)]
    // OAuth, NestJS: two texts.
    [InlineData("""{"error":"invalid_grant","error_description":"m"}""", "m", null, null, "invalid_grant")]
    [InlineData("""{"statusCode":401,"error":"Unauthorized","message":"m"}""", "m", null, null, null)]
    // FastAPI, Mistral.
    [InlineData("""{"detail":"m"}""", "m", null, null, null)]
    [InlineData("""{"detail":{"error":{"message":"m","code":"c"}}}""", "m", null, null, "c")]
    [InlineData("""{"detail":[{"loc":["body","temperature"],"msg":"m","type":"value_error"}]}""", "m", "value_error", "temperature", null)]
    [InlineData("""{"detail":[{"loc":["body","messages",0,"role"],"msg":"m","type":"missing"},{"loc":["query","n"],"msg":"o","type":"int"}]}""", "messages[0].role: m; query.n: o", "missing", "messages[0].role", null)]
    [InlineData("""{"object":"error","message":{"detail":[{"type":"missing","loc":["body","model"],"msg":"m"}]},"type":"invalid_request_error"}""", "m", "invalid_request_error", "model", null)]
    // Lists.
    [InlineData("""{"errors":[{"message":"m","code":10000}],"success":false}""", "m", null, null, "10000")]
    [InlineData("""{"errors":["m"]}""", "m", null, null, null)]
    [InlineData("""{"errors":"m"}""", "m", null, null, null)]
    [InlineData("""{"title":"m","errors":{"$.x":["o"]},"type":"about:blank","status":400}""", "m", null, null, null)]
    [InlineData("""{"type":"https://example.com/p","title":"t","detail":"m","status":404}""", "m", "https://example.com/p", null, null)]
    // Google.
    [InlineData("""{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","errors":[{"message":"o","domain":"global","reason":"badRequest"}]}}""", "m", "INVALID_ARGUMENT", null, "400")]
    [InlineData("""{"error":{"errors":[{"message":"m","reason":"badRequest"}],"code":400}}""", "m", null, null, "400")]
    [InlineData("""[{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}]""", "m", "RESOURCE_EXHAUSTED", null, "429")]
    // Azure.
    [InlineData("""{"error":{"message":"m","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}""", "m", null, "prompt", "content_filter")]
    [InlineData("""{"error":{"code":"401","message":"m"}}""", "m", null, null, "401")]
    [InlineData("""{"statusCode":429,"message":"m"}""", "m", null, null, null)]
    // Anthropic, xAI, Cohere, Amazon.
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"req_1"}""", "m", "overloaded_error", null, null)]
    [InlineData("""{"code":"invalid-argument","error":"m"}""", "m", null, null, "invalid-argument")]
    [InlineData("""{"id":"1","message":"m","error_type":"TOO_MANY_TOKENS"}""", "m", "TOO_MANY_TOKENS", null, null)]
    [InlineData("""{"message":"m"}""", "m", null, null, null)]
    [InlineData("""{"Message":"m","__type":"com.amazon.coral.service#AccessDeniedException"}""", "m", "AccessDeniedException", null, null)]
    // Events inside a stream: flat and nested.
    [InlineData("""{"type":"error","sequence_number":3,"code":"rate_limit_exceeded","message":"m","param":null}""", "m", null, null, "rate_limit_exceeded")]
    [InlineData("""{"type":"error","sequence_number":2,"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"m","param":null}}""", "m", "insufficient_quota", null, "insufficient_quota")]
    [InlineData("""{"error":{"message":"m","type":"internal_server_error","code":500}}""", "m", "internal_server_error", null, "500")]
    [InlineData("event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n", "m", null, null, null)]
    [InlineData(": wait\n\ndata:{\"error\":{\"message\":\"m\"}}\n\ndata: [DONE]\n\n", "m", null, null, null)]
    // No object at all.
    [InlineData("\"m\"", "m", null, null, null)]
    [InlineData("  plain words\n", "plain words", null, null, null)]
    [InlineData("null", "null", null, null, null)]
    [InlineData("data is missing", "data is missing", null, null, null)]
    public void Every_usual_shape_is_understood(string body, string message, string? type, string? param, string? code)
    {
        var error = Read(body);

        Assert.Equal((message, type, param, code), (error.Message, error.Type, error.Param, error.Code));
        Assert.True(error.HasMessage);
    }

    [Theory]
    [InlineData("<html>\r\n<head><title>502 Bad Gateway</title></head><body><center><h1>502</h1></center></body></html>", "502 Bad Gateway", null)]
    [InlineData("\n<!DOCTYPE html><HTML><TITLE lang=\"en\">\n  Attention &amp; care!\n | proxy </TITLE>", "Attention & care! | proxy", null)]
    [InlineData("<html><body><h1>Not Found</h1></body></html>", "Not Found", null)]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>m</Message></Error>", "m", "AuthenticationFailed")]
    public void A_page_says_its_title(string body, string message, string? code)
    {
        var error = Read(body, "text/html");

        Assert.Equal((message, code, true), (error.Message, error.Code, error.HasMessage));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \r\n", "")]
    [InlineData("\uFEFF", "")]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData("""{"ok":false}""", """{"ok":false}""")]
    [InlineData("""{"error":null}""", """{"error":null}""")]
    [InlineData("""{"error":{"message":""}}""", """{"error":{"message":""}}""")]
    [InlineData("{\"error\":{\"message\":\"cut", "{\"error\":{\"message\":\"cut")]
    [InlineData("{'error': 'a python dict'}", "{'error': 'a python dict'}")]
    [InlineData("<html><body><p>nginx</p></body></html>", "nginx")]
    [InlineData("<", "<")]
    [InlineData("<<<", "<<<")]
    public void A_body_that_names_no_error_is_its_own_message(string body, string message)
    {
        var error = Read(body);

        Assert.Equal((message, false), (error.Message, error.HasMessage));
        Assert.Equal(Encoding.UTF8.GetBytes(body), error.Body.ToArray());
    }

    [Fact]
    public void What_stands_before_a_fault_of_the_json_is_kept()
    {
        const string Body = """{"request_id":"req_1","error":{"type":"t","message":"m","details":[{"a":"b"}],"code":"c","param":"p"}}""";
        for (var length = 1; length < Body.Length; length++)
        {
            foreach (var rest in (ReadOnlySpan<string>)["", "\u0001", "}}}"])
            {
                var error = Read(Body[..length] + rest);

                Assert.NotEmpty(error.Message);
                Assert.Equal(length >= Body.IndexOf(",\"details", StringComparison.Ordinal), error is { HasMessage: true, Message: "m", Type: "t" });
            }
        }
    }

    [Fact]
    public void What_has_no_property_is_kept_as_json()
    {
        var error = Read("""{"error":{"message":"m","type":"t","innererror":{"code":"ResponsibleAIPolicyViolation"},"status":400,"n":1},"n":2,"request_id":"req_1","detail":{"message":"d"}}""");

        Assert.Equal(
            ["detail={\"message\":\"d\"}", "innererror={\"code\":\"ResponsibleAIPolicyViolation\"}", "n=1", "request_id=\"req_1\"", "status=400"],
            error.Extra.Select(member => $"{member.Key}={Encoding.UTF8.GetString(member.Value.Span)}").Order(StringComparer.Ordinal));
        Assert.Empty(Read("x").Extra);
    }

    [Fact]
    public void A_text_cut_in_a_character_keeps_its_escapes()
    {
        var error = Read("""{"error":{"message":"cut \ud83d","code":"c"}}""");

        Assert.Equal(("cut \\ud83d", "c"), (error.Message, error.Code));
    }

    [Fact]
    public void A_large_body_is_read_at_its_beginning_alone()
    {
        var filler = new string('x', 10 << 20);

        var error = Read($$$"""{"error":{"message":"m","type":"t","padding":"{{{filler}}}","code":"c"}}""");
        var text = Read(string.Concat(Enumerable.Repeat("grüße 😀 ", 1 << 18)));
        var page = Read($"<html><head><style>{filler}</style><title>t</title></head></html>");

        Assert.Equal(("m", "t", null), (error.Message, error.Type, error.Code));
        Assert.Equal(ApiError.LongestBody, error.Body.Length);
        Assert.True(text.HasMessage);
        Assert.InRange(text.Message.Length, 990, 1001);
        Assert.EndsWith("…", text.Message, StringComparison.Ordinal);
        Assert.False(page.HasMessage);
        Assert.InRange(page.Message.Length, 1, 1001);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_text_is_never_cut_inside_a_character(bool isOdd)
    {
        var message = Read((isOdd ? "x" : "") + string.Concat(Enumerable.Repeat("😀", 1000))).Message;

        Assert.Equal(message, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(message)));
        Assert.EndsWith("😀…", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_not_shown()
    {
        var error = ApiError.Read([0x1F, 0x8B, 0x08, 0x00, 0xFF, 0xFE]);

        Assert.Equal(("The body is no text (6 bytes).", false), (error.Message, error.HasMessage));
    }

    [Fact]
    public void Other_charsets_are_read_where_the_header_names_them()
    {
        Assert.Equal("Größe", ApiError.Read([0x47, 0x72, 0xF6, 0xDF, 0x65], "text/plain; charset=ISO-8859-1").Message);
        Assert.Equal("The body is no text (5 bytes).", ApiError.Read([0x47, 0x72, 0xF6, 0xDF, 0x65], "text/plain; charset=klingon").Message);
        Assert.Equal("grüße", Read("grüße", "text/plain; charset=iso-8859-1").Message);
    }

    [Fact]
    public void Deep_nesting_is_no_danger()
    {
        var error = Read(string.Concat(Enumerable.Repeat("{\"error\":", 20_000)) + "1" + new string('}', 20_000));
        var list = Read(new string('[', 60_000));

        Assert.False(error.HasMessage || list.HasMessage);
        Assert.NotEmpty(error.Message + list.Message);
    }

    [Fact]
    public void The_bytes_given_are_copied()
    {
        var body = """{"message":"m","id":"1"}"""u8.ToArray();
        var error = ApiError.Read(body);
        body.AsSpan().Clear();

        Assert.Equal("\"1\"", Encoding.UTF8.GetString(error.Extra["id"].Span));
        Assert.Equal("""{"message":"m","id":"1"}""", Encoding.UTF8.GetString(error.Body.Span));
    }

    [Fact]
    public void An_error_is_told_in_one_line()
    {
        Assert.Equal("c: m", Read("""{"error":{"message":"m","type":"t","code":"c"}}""").ToString());
        Assert.Equal("t: m", Read("""{"error":{"message":"m","type":"t"}}""").ToString());
        Assert.Equal("m", Read("m").ToString());
    }

    private static ApiError Read(string body, string? contentType = null) => ApiError.Read(Encoding.UTF8.GetBytes(body), contentType);
}
