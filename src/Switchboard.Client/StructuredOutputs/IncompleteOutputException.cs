using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>A structured answer that the model did not bring to its end: cut at the token limit or by a filter, failed or cancelled.</summary>
public sealed class IncompleteOutputException : ApiException
{
    internal IncompleteOutputException(string reason, string? text, string? cause = null)
        : base(MessageOf(reason, cause))
    {
        Reason = reason;
        Text = text ?? "";
    }

    /// <summary>Why in the server's words: <c>length</c>, <c>max_output_tokens</c>, <c>content_filter</c>, <c>cancelled</c>, the code of an error.</summary>
    public string Reason { get; }

    /// <summary>The limit of tokens was reached: ask again with a higher one.</summary>
    public bool IsTruncated => Reason is "length" or "max_output_tokens";

    /// <summary>A filter kept the rest back.</summary>
    public bool IsFiltered => Reason == "content_filter";

    /// <summary>What was written until then; empty without.</summary>
    public string Text { get; }

    /// <summary>The chat completion, or null.</summary>
    public ChatCompletion? Completion { get; internal init; }

    /// <summary>The response, or null.</summary>
    public Response? Response { get; internal init; }

    private static string MessageOf(string reason, string? cause) => reason switch
    {
        "length" or "max_output_tokens" => $"The answer was cut at the limit of tokens ({reason}): raise the limit or ask for less.",
        "content_filter" => "The answer was kept back by a content filter (content_filter).",
        _ => $"The answer was not completed ({reason}).{(cause is null ? "" : " " + cause)}",
    };
}
