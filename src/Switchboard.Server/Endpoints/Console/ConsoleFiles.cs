using System.Collections.Frozen;
using System.IO.Compression;

namespace Switchboard.Server.Endpoints.Console;

/// <summary>The files of <c>console/</c>, which the program has in one archive.</summary>
internal static class ConsoleFiles
{
    private const string Archive = "console.zip";

    private static readonly Lazy<FrozenDictionary<string, StoredAnswer>> s_all = new(Load);

    /// <summary>All of them, by their paths below <c>/console/</c>.</summary>
    public static FrozenDictionary<string, StoredAnswer> All => s_all.Value;

    private static FrozenDictionary<string, StoredAnswer> Load()
    {
        using var archive = new ZipArchive(typeof(ConsoleFiles).Assembly.GetManifestResourceStream(Archive)!);
        return archive.Entries
            .Where(entry => entry.Name.Length > 0)
            .Select(entry => KeyValuePair.Create(entry.FullName.Replace('\\', '/'), Read(entry)))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static StoredAnswer Read(ZipArchiveEntry entry)
    {
        using var file = entry.Open();
        using var plain = new MemoryStream();
        file.CopyTo(plain);
        return new StoredAnswer(TypeOf(entry.Name), plain.ToArray());
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
}
