namespace Switchboard.Gateway.Configuration;

/// <summary>What becomes of a member of a request that a provider has nothing like (<c>unsupported</c>).</summary>
public enum UnsupportedHandling
{
    /// <summary>It is left out, and named in <c>x-switchboard-dropped</c>.</summary>
    Drop,

    /// <summary>The request is refused with 400.</summary>
    Refuse,
}

/// <summary>What becomes of one member of the requests to a provider (<c>parameters</c>).</summary>
/// <param name="Handling">Whether it is dropped or refused.</param>
/// <param name="NewName">The name under which it is sent instead; null where it is not sent.</param>
public sealed record ParameterRule(UnsupportedHandling Handling, string? NewName = null)
{
    /// <summary>What a word of the settings means: <c>drop</c>, <c>refuse</c>, or another name.</summary>
    public static ParameterRule Of(string word) => word switch
    {
        "drop" => new(UnsupportedHandling.Drop),
        "refuse" => new(UnsupportedHandling.Refuse),
        _ => new(UnsupportedHandling.Drop, word),
    };
}
