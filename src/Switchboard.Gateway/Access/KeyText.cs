using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Access;

/// <summary>A key as callers send it, while it is still known: when it is made.</summary>
public sealed partial class KeyText
{
    private const string Prefix = "sk-sb-";
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // 256 random bits.
    private const int Length = 43;
    private const int Shown = 4;

    private readonly string _text;

    private KeyText(string text) => _text = text;

    /// <summary>What it is known by: the SHA-256, in lower-case hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text)));

    /// <summary>The letters that people know it by.</summary>
    public string Head => _text[..(Prefix.Length + Shown)];

    /// <summary>The last of them.</summary>
    public string Tail => _text[^Shown..];

    /// <summary>A new one.</summary>
    public static KeyText Create() => new(Prefix + RandomNumberGenerator.GetString(Letters, Length));

    /// <summary>The key itself, for the one who asked for it.</summary>
    public string Reveal() => _text;

    /// <summary>What a caller wrote, fit for logs, records and errors: who puts a key where a name belongs shall not find it there.</summary>
    public static string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SecretText.Hide(text.Contains(Prefix, StringComparison.Ordinal) ? Key().Replace(text, Prefix + "***") : text);
    }

    /// <summary>A key for it, with an id of its own.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="time">The clock.</param>
    public VirtualKey For(string name, TimeProvider time) => new()
    {
        Id = RecordIds.New("key", time),
        Name = name,
        Hash = Hash,
        Head = Head,
        Tail = Tail,
    };

    /// <summary>The key with this in the place of what it was.</summary>
    /// <param name="key">The key.</param>
    /// <param name="grace">For how long the one before is taken, too; zero for no longer.</param>
    /// <param name="now">What time it is.</param>
    /// <returns>Null where one before it is still taken, which another grace would end.</returns>
    public VirtualKey? Rotate(VirtualKey key, TimeSpan grace, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        var hasGrace = grace > TimeSpan.Zero;
        return hasGrace && key.GraceUntil > now ? null : key with
        {
            Hash = Hash,
            Head = Head,
            Tail = Tail,
            RotatedFrom = hasGrace ? key.Hash : null,
            GraceUntil = hasGrace ? now + grace : null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => "***";

    [GeneratedRegex("sk-sb-[0-9A-Za-z]{43}")]
    private static partial Regex Key();
}
