using System.Globalization;
using System.Text.RegularExpressions;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>What the name of a model says: the version, on which depends how it is told to think and what it wants back.</summary>
/// <param name="Major">The version's first number: 3 of <c>gemini-3.1-pro</c>; 0 for what is no Gemini.</param>
/// <param name="Minor">The version's second number.</param>
/// <param name="IsPro">It is a large one, which always thinks.</param>
internal readonly partial record struct GeminiModel(int Major, int Minor, bool IsPro)
{
    // gemini-flash-latest and its like: newer than any that is named here.
    private const int Latest = 9;

    /// <summary>It thinks, and may be told how much.</summary>
    public bool Thinks => Major >= 3 || (Major == 2 && Minor >= 5);

    /// <summary>It is told a level of thinking; those before it are told a budget of tokens.</summary>
    public bool HasLevels => Major >= 3;

    /// <summary>It refuses calls of tools that come back without the signature of the thought before them.</summary>
    public bool WantsSignatures => Major >= 3;

    /// <summary>It takes what tools answer beside text, such as pictures, inside the answer.</summary>
    public bool TakesPartsOfTools => Major >= 3;

    /// <summary>Reads a name.</summary>
    public static GeminiModel Of(string model)
    {
        var isPro = model.Contains("pro", StringComparison.Ordinal);
        if (Version().Match(model) is { Success: true } match)
        {
            return new GeminiModel(Number(match.Groups[1]), Number(match.Groups[2]), isPro);
        }

        return model.Contains("gemini-", StringComparison.Ordinal) ? new GeminiModel(Latest, 0, isPro) : default;
    }

    private static int Number(Group group) => group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"gemini-(\d{1,2})(?:\.(\d{1,2}))?", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
