using System.Collections.Frozen;

namespace Switchboard.Gateway.Relay.Http;

/// <summary>
/// The headers of an answer, of each the first. Those that mean nothing to us or to a caller are not kept, nor is a
/// value beyond printable ASCII: a header of ours could not carry it.
/// </summary>
internal sealed class AnswerHeaders
{
    /// <summary>How the names of limits begin.</summary>
    public const string RateLimit = "x-ratelimit-";

    /// <summary>Those of a file, or of any other thing that is passed on as it is.</summary>
    public static readonly string[] OfFiles = ["content-disposition", "content-range", "accept-ranges", "etag", "last-modified", "openai-poll-after-ms"];

    /// <summary>What the ends of a websocket agreed on.</summary>
    public static readonly string[] OfSockets = ["sec-websocket-accept", "sec-websocket-protocol", "sec-websocket-extensions"];

    // The usual names, so that none is written anew for each answer.
    private static readonly FrozenDictionary<string, string> s_kept = new[]
    {
        "x-request-id", "request-id", "openai-processing-ms", "openai-version", "retry-after", "retry-after-ms",
        "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens", "x-ratelimit-remaining-requests",
        "x-ratelimit-remaining-tokens", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens",
        "upgrade", "x-amzn-errortype", "x-amzn-bedrock-input-token-count",
    }.Concat(OfFiles).Concat(OfSockets).ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> s_keptSpans = s_kept.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly List<KeyValuePair<string, string>> _kept = new(capacity: 12);

    /// <summary>The media type and its parameters; null where the answer does not say.</summary>
    public string? ContentType { get; set; }

    /// <summary>The length of the body; null where it is not told beforehand.</summary>
    public long? ContentLength { get; set; }

    /// <summary>The body is compressed.</summary>
    public bool IsEncoded { get; set; }

    /// <summary>The kept headers, names in lower case.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Kept => _kept;

    /// <summary>The media type without its parameters.</summary>
    public ReadOnlySpan<char> MediaType
    {
        get
        {
            var type = ContentType.AsSpan();
            var end = type.IndexOf(';');
            return (end < 0 ? type : type[..end]).Trim();
        }
    }

    /// <summary>The value of a kept header; null where it did not come.</summary>
    /// <param name="name">Its name in lower case.</param>
    public string? this[string name]
    {
        get
        {
            foreach (var (kept, value) in _kept)
            {
                if (kept == name)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>The name under which a header is kept; null for one that is not.</summary>
    public static string? NameOf(ReadOnlySpan<char> name) =>
        s_keptSpans.TryGetValue(name, out var kept) ? kept
        : name.StartsWith(RateLimit, StringComparison.OrdinalIgnoreCase) ? name.ToString().ToLowerInvariant()
        : null;

    /// <summary>Keeps a header, unless one of that name was kept before.</summary>
    public void Keep(string name, string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~') && this[name] is null)
        {
            _kept.Add(new(name, value));
        }
    }
}
