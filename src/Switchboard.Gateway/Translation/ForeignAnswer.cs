using Switchboard.Gateway.Translation.Chat;

namespace Switchboard.Gateway.Translation;

/// <summary>What a piece of a foreign answer was.</summary>
internal enum ForeignPiece
{
    /// <summary>Part of the answer, told to the output.</summary>
    Taken,

    /// <summary>An error, instead of the answer or in its middle.</summary>
    Error,

    /// <summary>Not what the dialect has.</summary>
    Malformed,
}

/// <summary>
/// Reads one answer of a dialect, and tells it as a chat completion. It keeps what one piece leaves for the next; one
/// reader serves one answer.
/// </summary>
internal abstract class ForeignAnswer
{
    /// <summary>True once the end of a stream was read, as far as the dialect marks it.</summary>
    public bool IsEnded { get; protected set; }

    /// <summary>Reads an answer that does not stream, UTF-8 JSON.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">Its JSON is not of the dialect's shape.</exception>
    public abstract ForeignPiece ReadWhole(ReadOnlyMemory<byte> body, IChatOutput output);

    /// <summary>Reads one event of a stream.</summary>
    /// <param name="type">The name that its frame gives it; empty for none.</param>
    /// <param name="data">Its data, UTF-8 JSON.</param>
    /// <param name="output">Where its pieces go.</param>
    /// <exception cref="System.Text.Json.JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">Its JSON is not of the dialect's shape.</exception>
    public abstract ForeignPiece ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, IChatOutput output);
}
