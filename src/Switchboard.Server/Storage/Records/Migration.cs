using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Server.Storage.Records;

/// <summary>A script that brings the schema one step on; embedded, named <c>0001-what.sql</c>, and never changed once it was released.</summary>
/// <param name="Name">Its name, without the end.</param>
/// <param name="Script">Statements that both databases take, each with what it alone reads (<see cref="SqlDatabase.ScriptOf"/>).</param>
internal sealed record Migration(string Name, string Script)
{
    /// <summary>
    /// How the name of a step ends that a program of the version before cannot work beside: with any other it goes on,
    /// also when it is started anew. Where one is needed is a release of its own.
    /// </summary>
    public const string Breaking = "-breaking";

    private const string Folder = "migrations/";

    /// <summary>The scripts of this program, in their order.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadAll();

    /// <summary>Its number.</summary>
    public long Version => long.Parse(Name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>What tells one script from another.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script.ReplaceLineEndings("\n"))));

    private static Migration[] ReadAll()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                return new Migration(Path.GetFileNameWithoutExtension(name), reader.ReadToEnd());
            })];
    }
}
