namespace Switchboard.Gateway.Relay.Http;

/// <summary>A request to a provider.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Where it goes.</param>
internal sealed record UpstreamRequest(HttpMethod Method, UpstreamTarget Target)
{
    /// <summary>What stands in the <c>Authorization</c> header; null for none.</summary>
    public string? Authorization { get; init; }

    /// <summary>The media types that are taken; null for any.</summary>
    public string? Accept { get; init; }

    /// <summary>The other headers: names and values are sound.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Its body; null for none.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>The body is held back until the provider wants it, or a second has passed.</summary>
    public bool ExpectsContinue { get; init; }
}
