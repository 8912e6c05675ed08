using System.Text.Json.Nodes;

namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>Where each call goes, below the base URL.</summary>
internal static class Paths
{
    public static string Of(Run run) => Of(run.Call, run.Request);

    public static string Of(Call call, JsonObject request) => call switch
    {
        Call.Chat or Call.ChatStream or Call.ChatLeft => "/chat/completions",
        Call.Completion or Call.CompletionStream => "/completions",
        Call.Embeddings => "/embeddings",
        Call.Models => "/models",
        Call.Model => $"/models/{request["model"]}",
        Call.Response or Call.ResponseStream => "/responses",
        _ => throw new ArgumentOutOfRangeException(nameof(call), call, null),
    };
}
