using System.Globalization;
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

    // Amazon and Ollama have no code for a prompt that is too long.
    private static readonly string[] s_tooLong = ["exceeds the maximum number of tokens", "input is too long", "prompt is too long", "prompt too long", "input tokens exceeded", "too many input tokens"];

    private readonly RpcDetails _details = RpcDetails.Of(said);

    /// <summary>Its words; null where it has none.</summary>
    public string? Message => said.HasMessage ? said.Message : null;

    /// <summary>Its kind in the provider's words, or null.</summary>
    public string? Type => IsGoogles ? null : said.Type;

    /// <summary>Its identifier, or null.</summary>
    public string? Code => CodeOf(said, NameIn(name));

    /// <summary>The status that it names itself; null where it names none.</summary>
    public int? Status => int.TryParse(said.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599 ? status : null;

    /// <summary>When to come again, as it says; null where it does not.</summary>
    public TimeSpan? RetryAfter => _details.RetryAfter;

    /// <summary>A content policy refused the request, whatever the status says.</summary>
    public bool IsFiltered => Code == Filtered;

    /// <summary>The gateway's key is not known; Google tells so as of a bad request.</summary>
    public bool IsOfKey => _details.Reason is "API_KEY_INVALID" or "API_KEY_EXPIRED";

    // Google's code is the status, and its kind of error is what others call a code.
    private bool IsGoogles => _details.Word is not null;

    /// <summary>The member of the request that is at fault, or null.</summary>
    public string? Param => said.Param;

    /// <summary>What it means.</summary>
    public ApiErrorKind GetKind(int status) => ApiErrorKinds.Of(status, said.Type, Code);

    private string? CodeOf(ApiError said, string? name) =>
        TellsOfPolicy(said) ? Filtered
        : (said.Code is null || IsGoogles) && said.HasMessage && Array.Exists(s_tooLong, words => said.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) ? TooLong
        : _details.Word ?? said.Code ?? name;

    // Azure: the outer code may be any; the one inside tells that a content policy refused. OpenRouter: what moderation says
    // of the input stands beside a status that else means the key.
    private static bool TellsOfPolicy(ApiError said) =>
        said.Code != Filtered && (Holds(said, "innererror", "ResponsibleAIPolicyViolation") || Holds(said, "metadata", "\"flagged_input\""));

    private static bool Holds(ApiError said, string member, string word) =>
        said.Extra.TryGetValue(member, out var found) && Encoding.UTF8.GetString(found.Span).Contains(word, StringComparison.Ordinal);

    // Amazon: ValidationException:http://… in the header x-amzn-errortype; throttlingException in the frame of an event.
    private static string? NameIn(string? name)
    {
        var end = name.AsSpan().IndexOfAny(':', '#', ',');
        var word = end < 0 ? name : name![..end];
        return word?.EndsWith("Exception", StringComparison.Ordinal) == true ? string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1)) : null;
    }
}
