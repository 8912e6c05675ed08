using System.Security.Cryptography;
using System.Text;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Server.Storage.Redis;

/// <summary>A script of ours: what the server knows it by, and its text for when it does not.</summary>
internal sealed class RedisScript
{
    /// <summary>A script of this text.</summary>
    public RedisScript(string text)
    {
        Text = text;

        // Not to keep anything secret: it is the name that Redis gives a script.
#pragma warning disable CA5350
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
        ByName = Head("EVALSHA", name);
        ByText = Head("EVAL", text);
    }

    /// <summary>Limits and budgets.</summary>
    public static RedisScript Counters { get; } = Load("counters.lua");

    /// <summary>What cached bytes and locks need beside plain commands.</summary>
    public static RedisScript Entries { get; } = Load("entries.lua");

    /// <summary>Its text.</summary>
    public string Text { get; }

    /// <summary>The first two arguments of a call by its name.</summary>
    public byte[] ByName { get; }

    /// <summary>The first two arguments of a call with its text, which the server then knows.</summary>
    public byte[] ByText { get; }

    private static byte[] Head(string command, string argument)
    {
        using var buffer = CommandBuffer.Of(command, argument);
        return buffer.Written.ToArray();
    }

    private static RedisScript Load(string file)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return new RedisScript(reader.ReadToEnd());
    }
}
