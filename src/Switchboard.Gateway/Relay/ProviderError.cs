using System.Text;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Relay;

/// <summary>
/// A provider's error with what stands around its body: the name that some give it in a header or in the frame of an
/// event, and the codes of OpenAI for what others say in words.
/// </summary>
/// <param name="said">The body.</param>
/// <param name="name">The name from outside the body; null or empty for none.</param>
internal sealed class ProviderError(ApiError said, string? name = null)
{
    private const string TooLong = "context_length_exceeded";
    private const string Filtered = "content_filter";

    // Amazon, Google and Ollama have no code for a prompt that is too long.
    private static readonly string[] s_tooLong = ["input is too long", "prompt is too long", "prompt too long", "input tokens exceeded", "too many input tokens", "exceeds the maximum number of tokens"];

    /// <summary>Its words; null where it has none.</summary>
    public string? Message => said.HasMessage ? said.Message : null;

    /// <summary>Its kind in the provider's words, or null.</summary>
    public string? Type => said.Type;

    /// <summary>What an error of Google's says beyond its words.</summary>
    public RpcDetails Details { get; } = RpcDetails.Of(said);

    /// <summary>Its identifier, or null.</summary>
    public string? Code { get; } = CodeOf(said, NameIn(name));

    /// <summary>The status that stands in the body, or null.</summary>
    public string? Status => Details.Word is null ? null : said.Code;

    /// <summary>The member of the request that is at fault, or null.</summary>
    public string? Param => said.Param;

    /// <summary>What it means.</summary>
    public ApiErrorKind GetKind(int status) => ApiErrorKinds.Of(status, Type, Code);

    private static string? CodeOf(ApiError said, string? name) =>
        IsFiltered(said) ? Filtered
        : IsWithoutCode(said) && said.HasMessage && Array.Exists(s_tooLong, words => said.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) ? TooLong
        : RpcDetails.Of(said).Word ?? said.Code ?? name;

    // Google's code is the status.
    private static bool IsWithoutCode(ApiError said) => said.Code is null || RpcDetails.Of(said).Word is not null;

    // Azure: the outer code may be any; the one inside tells that a content policy refused.
    private static bool IsFiltered(ApiError said) =>
        said.Code != Filtered && said.Extra.TryGetValue("innererror", out var inner)
        && Encoding.UTF8.GetString(inner.Span).Contains("ResponsibleAIPolicyViolation", StringComparison.Ordinal);

    // Amazon: ValidationException:http://… in the header x-amzn-errortype; throttlingException in the frame of an event.
    private static string? NameIn(string? name)
    {
        var end = name.AsSpan().IndexOfAny(':', '#', ',');
        var word = end < 0 ? name : name![..end];
        return word?.EndsWith("Exception", StringComparison.Ordinal) == true ? string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1)) : null;
    }
}
