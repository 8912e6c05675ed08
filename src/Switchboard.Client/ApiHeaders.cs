using System.Collections;

namespace Switchboard.Client;

/// <summary>The headers of an answer, by name in any case; several of one name are told with commas between.</summary>
public readonly struct ApiHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly HttpResponseMessage? _response;

    internal ApiHeaders(HttpResponseMessage response) => _response = response;

    /// <summary>A header's value; null when the answer has none of that name.</summary>
    public string? this[string name] =>
        _response is null ? null
        : _response.Headers.NonValidated.TryGetValues(name, out var values) || _response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString()
        : null;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        if (_response is null)
        {
            yield break;
        }

        foreach (var (name, values) in _response.Headers.NonValidated)
        {
            yield return new(name, values.ToString());
        }

        foreach (var (name, values) in _response.Content.Headers.NonValidated)
        {
            yield return new(name, values.ToString());
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
