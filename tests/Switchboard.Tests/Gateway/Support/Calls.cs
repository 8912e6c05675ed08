using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>Calls as an endpoint would make them.</summary>
internal static class Calls
{
    public static GatewayCall Chat(bool stream = false, string model = "gpt-4o-mini", string more = "", RecordingSink? sink = null) => Of(
        ApiOperation.ChatCompletions,
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}],"stream":{{(stream ? "true" : "false")}}{{more}}}""",
        sink);

    public static GatewayCall Of(ApiOperation operation, string body, IAnswerSink? sink = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestReader.TryRead(bytes, operation, strict: false, out var facts, out var error), error?.Body.Message);
        return new GatewayCall
        {
            Operation = operation,
            Path = OperationProfile.Of(operation).Path,
            Body = bytes,
            Facts = facts,
            RequestId = "req_test",
            Sink = sink ?? new RecordingSink(),
        };
    }
}
