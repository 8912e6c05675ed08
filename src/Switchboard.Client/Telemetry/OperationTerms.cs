using Switchboard.Protocol.Operations;

namespace Switchboard.Client.Telemetry;

/// <summary>What telemetry calls an operation.</summary>
/// <param name="Name">The conventions' name; for operations outside their list the specification's id.</param>
/// <param name="Api">The conventions' name of the API, for the two that have one.</param>
/// <param name="Output">What kind of content is asked for, where the operation says it.</param>
/// <param name="Generates">Its answer's usage is its own: other operations tell the usage of calls that were counted before.</param>
internal readonly record struct OperationTerms(string Name, string? Api = null, string? Output = null, bool Generates = true)
{
    public const string Chats = "chat_completions";
    public const string Responses = "responses";

    public static OperationTerms Of(OpenAIOperation operation)
    {
        var query = operation.Path.IndexOf('?', StringComparison.Ordinal);
        return (operation.Method, query < 0 ? operation.Path : operation.Path[..query]) switch
        {
            ("POST", "/chat/completions") => new("chat", Chats),
            ("POST", "/responses") => new("chat", Responses),
            ("POST", "/completions") => new("text_completion", Output: "text"),
            ("POST", "/embeddings") => new("embeddings"),
            ("POST", "/images/generations" or "/images/edits" or "/images/variations") => new(operation.Id, Output: "image"),
            ("POST", "/audio/speech") => new(operation.Id, Output: "speech"),
            ("POST", "/audio/transcriptions" or "/audio/translations") => new(operation.Id, Output: "text"),
            ("POST", "/responses/compact") => new(operation.Id),
            ("POST", "/vector_stores/{vector_store_id}/search") => new("retrieval", Generates: false),
            ("POST", "/assistants") => new("create_agent", Generates: false),
            ("POST", "/threads/runs" or "/threads/{thread_id}/runs") => new("invoke_agent"),
            _ => new(operation.Id, Generates: false),
        };
    }
}
