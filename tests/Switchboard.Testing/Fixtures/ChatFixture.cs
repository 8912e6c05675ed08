using System.Text;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Fixtures;

/// <summary>A provider's real answer to a request for a chat completion.</summary>
/// <param name="Name">Where it comes from: a path below <c>fixtures/</c>, with the place in the file.</param>
/// <param name="Provider">Whose answer it is, such as <c>mistral</c>.</param>
/// <param name="Dialect">What it speaks: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>, <c>bedrock</c>, <c>cohere</c>, <c>ollama</c>.</param>
/// <param name="Status">Its status.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="IsStream">It is a stream of events.</param>
/// <param name="Body">The bytes on the wire.</param>
public sealed record ChatFixture(string Name, string Provider, string Dialect, int Status, string ContentType, bool IsStream, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The data of each event of a stream, as far as it is JSON.</summary>
    public IEnumerable<string> Events => Text.Split('\n')
        .Where(line => line.StartsWith("data:", StringComparison.Ordinal))
        .Select(line => line[5..].Trim())
        .Where(data => data.StartsWith('{'));

    /// <summary>The answer as an upstream gives it.</summary>
    public UpstreamAnswer ToAnswer() => new()
    {
        Status = Status,
        Headers = [new("Content-Type", ContentType)],
        Parts = [Body],
        IsStream = IsStream,
        Framing = IsStream ? BodyFraming.Chunked : default,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
