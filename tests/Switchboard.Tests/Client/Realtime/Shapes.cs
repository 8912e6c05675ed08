using Switchboard.Protocol.Realtime;

namespace Switchboard.Tests.Client.Realtime;

/// <summary>Events as the server sends them.</summary>
internal static class Shapes
{
    public const string SessionCreated = """{"type":"session.created","event_id":"event_1","session":{"type":"realtime","object":"realtime.session","id":"sess_1","model":"gpt-realtime","output_modalities":["audio"],"audio":{"input":{"format":{"type":"audio/pcm","rate":24000}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"alloy"}}}}""";

    public const string ResponseCreated = """{"type":"response.created","event_id":"event_2","response":{"object":"realtime.response","id":"resp_1","status":"in_progress","output":[]}}""";

    public const string ResponseDone = """{"type":"response.done","event_id":"event_9","response":{"object":"realtime.response","id":"resp_1","status":"completed","output":[{"id":"item_2","type":"function_call","status":"completed","name":"weather","call_id":"call_1","arguments":"{\"city\":\"Oslo\"}"},{"id":"item_3","type":"message","role":"assistant","content":[]}]}}""";

    public const string Error = """{"type":"error","event_id":"event_5","error":{"type":"invalid_request_error","code":"invalid_value","message":"No such voice.","param":"voice","event_id":null}}""";

    public static string Audio(byte[] bytes) =>
        $$"""{"type":"response.output_audio.delta","event_id":"event_3","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"{{Convert.ToBase64String(bytes)}}"}""";

    /// <summary>Reads on until an event of a kind.</summary>
    public static async Task<T> NextAsync<T>(this IAsyncEnumerator<RealtimeServerEvent> events)
        where T : RealtimeServerEvent
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"No {typeof(T).Name} came.");
    }
}
