using System.Text;

namespace Switchboard.Client.Transport;

/// <summary>Reads an answer that is text, not JSON.</summary>
internal sealed class TextPayload : PayloadReader<string>
{
    public static readonly TextPayload Instance = new();

    public override string Read(ReadOnlySpan<byte> utf8Json) => Encoding.UTF8.GetString(utf8Json);
}

/// <summary>Reads an answer and gives the text in it.</summary>
internal sealed class TextOfPayload<T>(PayloadReader<T> reader, Func<T, string> text) : PayloadReader<string>
{
    public override string Read(ReadOnlySpan<byte> utf8Json) => text(reader.Read(utf8Json));
}
