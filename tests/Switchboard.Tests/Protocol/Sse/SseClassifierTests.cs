using System.Text;
using Switchboard.Protocol.Sse;

namespace Switchboard.Tests.Protocol.Sse;

public sealed class SseClassifierTests
{
    [Theory]
    [InlineData(SseEventKind.Data, "", "{}")]
    [InlineData(SseEventKind.Data, "", "[1,2]")]
    [InlineData(SseEventKind.Data, "", "5")]
    [InlineData(SseEventKind.Data, "response.error", "{}")]
    [InlineData(SseEventKind.Data, "response.failed", """{"response":{"error":{"message":"x"}}}""")]
    [InlineData(SseEventKind.Data, "", """{"choices":[{"delta":{"content":"an \"error\" occurred"}}]}""")]
    [InlineData(SseEventKind.Data, "", """{"choices":[{"error":"x"}],"a":"error"}""")]
    [InlineData(SseEventKind.Data, "", """{"error":null}""")]
    [InlineData(SseEventKind.Data, "", """{"error":"","type":"x"}""")]
    [InlineData(SseEventKind.Data, "", """{"error":false}""")]
    [InlineData(SseEventKind.Data, "", """{"error":0.0}""")]
    [InlineData(SseEventKind.Data, "", """{"content":"\u00e9rror"}""")]
    [InlineData(SseEventKind.Data, "", """["error"]""")]
    [InlineData(SseEventKind.Data, "", "{oops \"error\"")]
    [InlineData(SseEventKind.Data, "", """{"\ud800":1,"error":2}""")]
    [InlineData(SseEventKind.Data, "", "[DONE]xyz")]
    [InlineData(SseEventKind.Data, "", "[DONE")]
    [InlineData(SseEventKind.Data, "", "[done]")]
    [InlineData(SseEventKind.Data, "", "\"[DONE]\"")]
    [InlineData(SseEventKind.Done, "", "[DONE]")]
    [InlineData(SseEventKind.Done, "", " [DONE]\t ")]
    [InlineData(SseEventKind.Done, "done", "[DONE]")]
    [InlineData(SseEventKind.Empty, "", "")]
    [InlineData(SseEventKind.Empty, "ping", "")]
    [InlineData(SseEventKind.Error, "", """{"error":{"message":"boom"}}""")]
    [InlineData(SseEventKind.Error, "", """{"a":{"b":[1,{}]},"error":"boom"}""")]
    [InlineData(SseEventKind.Error, "", """{"error":{}}""")]
    [InlineData(SseEventKind.Error, "", """{"error":[]}""")]
    [InlineData(SseEventKind.Error, "", """{"error":true}""")]
    [InlineData(SseEventKind.Error, "", """{"error":-1}""")]
    [InlineData(SseEventKind.Error, "", """{"\u0065rro\u0072":"boom"}""")]
    [InlineData(SseEventKind.Error, "", """{"type":"error","message":"boom"}""")]
    [InlineData(SseEventKind.Error, "", """{"type":"\u0065rror"}""")]
    [InlineData(SseEventKind.Error, "error", """{"message":"boom"}""")]
    [InlineData(SseEventKind.Error, "error", "no JSON")]
    [InlineData(SseEventKind.Error, "error", "")]
    public void Tells_what_an_event_is(SseEventKind kind, string type, string data) =>
        Assert.Equal(kind, SseClassifier.Classify(Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(data)));

    [Fact]
    public void An_error_below_deep_data_is_found()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 120)) + string.Concat(Enumerable.Repeat("]", 120));

        Assert.Equal(SseEventKind.Error, SseClassifier.Classify([], Encoding.UTF8.GetBytes($$"""{"a":{{deep}},"error":"x"}""")));
    }

    [Theory]
    [InlineData(true, "{}")]
    [InlineData(true, """ {"a":[{}]} """)]
    [InlineData(true, "[1]")]
    [InlineData(true, "[DONE]")]
    [InlineData(false, "")]
    [InlineData(false, "{")]
    [InlineData(false, "{}{")]
    [InlineData(false, "[1")]
    [InlineData(false, "1")]
    [InlineData(false, "true")]
    [InlineData(false, "\"a\"")]
    [InlineData(false, """{"a":NaN}""")]
    public void Data_is_whole_when_a_cut_would_show(bool isWhole, string data) =>
        Assert.Equal(isWhole, SseClassifier.IsWhole(Encoding.UTF8.GetBytes(data)));
}
