using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>
/// A committed list of what is known to happen, one entry a line with its reason behind a #. It must be what happens, no
/// more and no less; UPDATE_TRAFFIC_LISTS=1 writes it anew and keeps the reasons.
/// </summary>
internal static class ExpectedList
{
    private const char Comment = '#';

    public static void Check(string name, IEnumerable<string> actual)
    {
        var file = Path.Combine(RepositoryRoot.FullPath, "tests", "Switchboard.Tests", "Protocol", "Corpus", name);
        var entries = actual.Distinct().Order(StringComparer.Ordinal).ToList();
        var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        var listed = lines.Where(line => EntryOf(line).Length > 0).ToDictionary(EntryOf);
        if (Environment.GetEnvironmentVariable("UPDATE_TRAFFIC_LISTS") == "1")
        {
            File.WriteAllLines(file, [.. lines.TakeWhile(line => line.StartsWith(Comment)), .. entries.Select(entry => listed.GetValueOrDefault(entry, entry))]);
            return;
        }

        Assert.True(!entries.Except(listed.Keys).Any(), $"Not listed in {name}:\n{string.Join('\n', entries.Except(listed.Keys))}");
        Assert.True(!listed.Keys.Except(entries).Any(), $"Listed in {name} and seen no more:\n{string.Join('\n', listed.Keys.Except(entries))}");
    }

    private static string EntryOf(string line) => line.Split(Comment)[0].Trim();
}
