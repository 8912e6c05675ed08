using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Tests.Server;

/// <summary>A provider that does what the test says; it has the one model <c>parrot</c> (and <c>a/b</c>), which repeats the body.</summary>
internal sealed class ScriptedProvider : IProvider
{
    public string Name => "scripted";

    public Func<GatewayCall, CancellationToken, ValueTask<GatewayOutcome>> Answer { get; set; } = RepeatAsync;

    public ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken) => new(new ModelListing(
    [
        new ModelDescription("parrot", DateTimeOffset.UnixEpoch.AddSeconds(42), "tests") { Description = "Says what \"it\" hears.", ContextLength = 7 },
        new ModelDescription("a/b", DateTimeOffset.UnixEpoch, "tests"),
    ]));

    public bool Offers(ApiOperation operation) => operation == ApiOperation.ChatCompletions;

    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken) => Answer(call, cancellationToken);

    public static async ValueTask<GatewayOutcome> RepeatAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var output = call.Sink.Commit(new AnswerHead(200, "application/json") { ContentLength = call.Body.Length });
        await output.WriteAsync(call.Body, cancellationToken);
        return GatewayOutcome.Answered;
    }

    public static async ValueTask<GatewayOutcome> StreamAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var output = call.Sink.Commit(AnswerHead.EventStream);
        await output.WriteAsync(Encoding.UTF8.GetBytes("data: 1\n\n"), cancellationToken);
        await output.WriteAsync(Encoding.UTF8.GetBytes("data: [DONE]\n\n"), cancellationToken);
        return GatewayOutcome.Answered;
    }
}
