using System.Net.Http.Headers;
using System.Text;

namespace Switchboard.Benchmarks.Soak;

/// <summary>What one caller asks for: sixteen kinds of calls in turn, each with something new in it.</summary>
internal sealed class SoakCalls(string[] keys, int caller)
{
    private const int Kinds = 16;
    private const int TurnsOfAConversation = 5;
    private const int CallsOfAQuestion = 1000;

    private static int s_number;

    private string _conversation = "";
    private int _turns;

    /// <summary>The next call, and whether its caller leaves in the middle of the answer.</summary>
    public (HttpRequestMessage Request, bool Leaves) Next()
    {
        var number = Interlocked.Increment(ref s_number);
        return (Next(number, keys[number % keys.Length]), number % 10 == 3);
    }

    public static HttpRequestMessage Post(string path, string key, string body) => new(HttpMethod.Post, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    private HttpRequestMessage Next(int number, string key) => (number % Kinds) switch
    {
        < 5 => Post("/v1/chat/completions", key, Chat(number, stream: true)),
        5 => Post("/v1/responses", key, $$"""{"model":"over-chat","input":"Question {{number}}","user":"user-{{number}}"}"""),
        6 => Post("/v1/conversations", key, $$$"""{"metadata":{"number":"{{{number}}}"}}"""),
        7 => Turn("/api/v1/chat", number),
        8 => Turn("/api/v1/chat/stream", number),
        9 => File(number, key),
        10 or 11 => Post("/v1/chat/completions", key, Chat(number / CallsOfAQuestion, stream: false)),
        12 => Post("/v1/messages", key, $$"""{"model":"soak","max_tokens":100,"messages":[{"role":"user","content":"Question {{number}}"}]}"""),
        _ => Post("/v1/chat/completions", key, Chat(number, stream: false)),
    };

    // One key, for a conversation is there for its tenant only.
    private HttpRequestMessage Turn(string path, int number)
    {
        if (_turns++ % TurnsOfAConversation == 0)
        {
            _conversation = Guid.NewGuid().ToString();
        }

        return Post(path, keys[caller], $$"""{"message":"Question {{number}}: and then?","model":"soak","conversation_id":"{{_conversation}}"}""");
    }

    private static HttpRequestMessage File(int number, string key) => new(HttpMethod.Post, "/v1/files")
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        Content = new MultipartFormDataContent
        {
            { new StringContent("user_data"), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent("3600"), "expires_after[seconds]" },
            { new StringContent($"What file {number} has to say."), "file", $"file-{number}.txt" },
        },
    };

    private static string Chat(int number, bool stream) =>
        $$"""{"model":"soak","messages":[{"role":"user","content":"Question {{number}} of somebody{{number}}@example.com: what is new?"}],"user":"user-{{number}}","stream":{{(stream ? "true" : "false")}}}""";
}
