using System.Text.Json;

namespace Switchboard.Testing.Json;

/// <summary>One place where two JSON texts do not mean the same.</summary>
/// <param name="Path">Where: <c>$.choices[0].delta</c>.</param>
/// <param name="Problem">What differs, with both values cut short.</param>
public sealed record JsonDifference(string Path, string Problem)
{
    // Deeper than anything that the types read.
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512 };

    /// <summary>
    /// What differs in meaning: the order of members, white space, escapes and the spelling of numbers do not count; the
    /// order of elements and the number of members of one name do.
    /// </summary>
    /// <exception cref="JsonException">One of them is not JSON.</exception>
    public static IReadOnlyList<JsonDifference> Between(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        using var left = JsonDocument.Parse(expected.ToArray(), s_options);
        using var right = JsonDocument.Parse(actual.ToArray(), s_options);
        var comparison = new JsonComparison();
        comparison.Compare("$", left.RootElement, right.RootElement);
        return comparison.Differences;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Problem}";
}
