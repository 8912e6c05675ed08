using System.Text;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>A caller's body from memory, so many bytes a read.</summary>
internal sealed class MemoryBody(byte[] bytes, int step = int.MaxValue, bool tellsLength = true, string contentType = "multipart/form-data; boundary=b") : UploadBody
{
    public MemoryBody(string text, int step = int.MaxValue, bool tellsLength = true)
        : this(Encoding.UTF8.GetBytes(text), step, tellsLength)
    {
    }

    /// <summary>How many bytes were read.</summary>
    public int Read { get; private set; }

    public override string? ContentType => contentType;

    public override long? Length => tellsLength ? bytes.Length : null;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = Math.Min(step, Math.Min(buffer.Length, bytes.Length - Read));
        bytes.AsSpan(Read, count).CopyTo(buffer.Span);
        Read += count;
        return new(count);
    }

    /// <summary>All that a body passes on.</summary>
    public static async Task<string> AllAsync(UploadBody body, int step = 64 * 1024)
    {
        using var all = new MemoryStream();
        var buffer = new byte[step];
        while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
        {
            all.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }
}
