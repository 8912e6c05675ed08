using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Server.Configuration;

/// <summary>The files that a configuration was read from, by what was in them; so it can be told later whether one has changed.</summary>
internal sealed class ConfigurationFiles
{
    // By full path; null for one that was not there or could not be read.
    private readonly Dictionary<string, string?> _hashes = new(StringComparer.Ordinal);

    /// <summary>Where the files lie, or would lie.</summary>
    public IReadOnlyCollection<string> Paths => _hashes.Keys;

    /// <summary>True when a file differs from what was read.</summary>
    public bool HaveChanged => _hashes.Any(file => HashOf(ReadOrNull(file.Key)) != file.Value);

    /// <summary>Reads a file that may be missing; null then.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public string? ReadTextIfThere(string path)
    {
        if (!File.Exists(path))
        {
            _hashes[path] = null;
            return null;
        }

        using var reader = new StreamReader(new MemoryStream(Read(path)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads a file.</summary>
    /// <inheritdoc cref="ReadTextIfThere"/>
    public byte[] Read(string path)
    {
        _hashes[path] = null;
        var bytes = File.ReadAllBytes(path);
        _hashes[path] = HashOf(bytes);
        return bytes;
    }

    private static string? HashOf(byte[]? bytes) => bytes is null ? null : Convert.ToHexString(SHA256.HashData(bytes));

    private static byte[]? ReadOrNull(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
