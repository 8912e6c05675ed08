using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay;

/// <summary>Holds the end of a JSON answer that passes without being read: there it tells what was used, behind pictures and text.</summary>
internal sealed class UsageTail
{
    private const int Longest = 4096;

    private readonly byte[] _bytes = new byte[Longest];
    private int _count;

    /// <summary>Takes the bytes that come next.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Longest)
        {
            bytes[^Longest..].CopyTo(_bytes);
            _count = Longest;
            return;
        }

        var kept = Math.Min(_count, Longest - bytes.Length);
        _bytes.AsSpan(_count - kept, kept).CopyTo(_bytes);
        bytes.CopyTo(_bytes.AsSpan(kept));
        _count = kept + bytes.Length;
    }

    /// <summary>Notes the usage, where one is in it.</summary>
    public void TellTo(GatewayCall call)
    {
        ReadOnlySpan<byte> name = "\"usage\""u8;
        var bytes = _bytes.AsSpan(0, _count);
        var at = bytes.LastIndexOf(name);
        var value = at < 0 ? default : bytes[(at + name.Length)..].TrimStart(" \t\r\n"u8);
        if (!value.StartsWith(":"u8))
        {
            return;
        }

        var json = new Utf8JsonReader(value[1..]);
        var tap = new UsageTap();
        try
        {
            json.Read();
            tap.Read(ref json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Words that look like it.
            return;
        }

        if (tap.HasAny)
        {
            call.Usage = tap.Usage;
            call.Seconds = tap.Seconds;
        }
    }
}
