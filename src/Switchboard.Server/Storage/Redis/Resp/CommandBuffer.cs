using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Switchboard.Server.Storage.Redis.Resp;

/// <summary>The arguments of a command, as they are sent.</summary>
internal sealed class CommandBuffer : IDisposable
{
    // "$" and a length and "\r\n" twice.
    private const int MostFrame = 24;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(512);
    private int _length;

    /// <summary>How many arguments.</summary>
    public int Count { get; private set; }

    /// <summary>The arguments.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>A command and its arguments.</summary>
    public static CommandBuffer Of(params ReadOnlySpan<string> arguments)
    {
        var buffer = new CommandBuffer();
        foreach (var argument in arguments)
        {
            buffer.Add(argument);
        }

        return buffer;
    }

    /// <summary>Adds bytes.</summary>
    public CommandBuffer Add(ReadOnlySpan<byte> argument)
    {
        Open(argument.Length);
        argument.CopyTo(_bytes.AsSpan(_length));
        return Close(argument.Length);
    }

    /// <summary>Adds two pieces as one argument.</summary>
    public CommandBuffer Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Open(first.Length + second.Length);
        first.CopyTo(_bytes.AsSpan(_length));
        second.CopyTo(_bytes.AsSpan(_length + first.Length));
        return Close(first.Length + second.Length);
    }

    /// <summary>Adds text.</summary>
    public CommandBuffer Add(ReadOnlySpan<char> argument)
    {
        var length = Encoding.UTF8.GetByteCount(argument);
        Open(length);
        Encoding.UTF8.GetBytes(argument, _bytes.AsSpan(_length));
        return Close(length);
    }

    /// <summary>Adds a name behind what all names begin with.</summary>
    public CommandBuffer Add(ReadOnlySpan<byte> prefix, ReadOnlySpan<char> name)
    {
        var length = prefix.Length + Encoding.UTF8.GetByteCount(name);
        Open(length);
        prefix.CopyTo(_bytes.AsSpan(_length));
        Encoding.UTF8.GetBytes(name, _bytes.AsSpan(_length + prefix.Length));
        return Close(length);
    }

    /// <summary>Adds a number.</summary>
    public CommandBuffer Add(long argument)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(argument, digits, out var length);
        return Add(digits[..length]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Open(int length)
    {
        if (_bytes.Length - _length < length + MostFrame)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + length + MostFrame));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        _bytes[_length++] = (byte)'$';
        Utf8Formatter.TryFormat(length, _bytes.AsSpan(_length), out var digits);
        _length += digits;
        "\r\n"u8.CopyTo(_bytes.AsSpan(_length));
        _length += 2;
    }

    private CommandBuffer Close(int length)
    {
        _length += length;
        "\r\n"u8.CopyTo(_bytes.AsSpan(_length));
        _length += 2;
        Count++;
        return this;
    }
}
