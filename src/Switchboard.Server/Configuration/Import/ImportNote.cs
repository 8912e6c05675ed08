using System.Globalization;

namespace Switchboard.Server.Configuration.Import;

/// <summary>What became of a setting that could not be carried over as it was.</summary>
/// <param name="Setting">Its path in the file that was read, without the numbers of items.</param>
/// <param name="Lines">Where it stands.</param>
/// <param name="Reason">Why, and what to do about it.</param>
/// <param name="IsLost">True where nothing, or not all of it, is in the new file.</param>
public sealed record ImportNote(string Setting, IReadOnlyList<int> Lines, string Reason, bool IsLost)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Setting} ({(Lines.Count == 1 ? "line" : "lines")} {string.Join(", ", Lines.Select(line => line.ToString(CultureInfo.InvariantCulture)))}): {Reason}";
}
