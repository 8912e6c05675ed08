using System.Globalization;

namespace Switchboard.Benchmarks.Load;

/// <param name="Rounds">Of each server under each load.</param>
/// <param name="Length">Of a round.</param>
/// <param name="Only">Sections, none for all.</param>
internal sealed record LoadOptions(int Rounds, TimeSpan Length, IReadOnlyList<string> Only)
{
    /// <summary>A round of warming up.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public bool Asks(string section) => Only.Count == 0 || Only.Contains(section);

    /// <returns>Null where the arguments are not understood.</returns>
    public static LoadOptions? Read(string[] args, IReadOnlyCollection<string> sections)
    {
        var (rounds, seconds, only) = (9, 0.5, Array.Empty<string>());
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var read = args[i] switch
            {
                "--rounds" => int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds is >= 1 and <= 100,
                "--seconds" => double.TryParse(value, CultureInfo.InvariantCulture, out seconds) && seconds is >= 0.1 and <= 60,
                "--only" => (only = value.Split(',')).All(sections.Contains),
                _ => false,
            };
            if (!read)
            {
                return null;
            }
        }
        return new LoadOptions(rounds, TimeSpan.FromSeconds(seconds), only);
    }
}
