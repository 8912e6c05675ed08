using System.Security.Cryptography;
using System.Text;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Access;

/// <summary>A key as callers send it, while it is still known: when it is made.</summary>
public sealed class KeyText
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
    /// <param name="graceUntil">Until when the one before is taken, too; null for no longer.</param>
    public VirtualKey Rotate(VirtualKey key, DateTimeOffset? graceUntil)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key with
        {
            Hash = Hash,
            Head = Head,
            Tail = Tail,
            RotatedFrom = graceUntil is null ? null : key.Hash,
            GraceUntil = graceUntil,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => "***";
}
