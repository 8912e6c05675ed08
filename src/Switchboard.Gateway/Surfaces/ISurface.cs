using System.Buffers;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// The dialect of a caller that is not OpenAI chat: how an answer that is a chat completion is told in it. One surface
/// serves one call.
/// </summary>
internal interface ISurface
{
    /// <summary>What its streams call themselves in their <c>Content-Type</c>.</summary>
    string StreamType { get; }

    /// <summary>Begins an answer that streams.</summary>
    /// <param name="output">Where its events go; whole events only.</param>
    ISurfaceStream Stream(IBufferWriter<byte> output);

    /// <summary>Writes an answer that comes as a whole.</summary>
    /// <param name="answer">What the provider answered, UTF-8 JSON.</param>
    /// <param name="output">Where the caller's answer goes.</param>
    /// <returns>False where it is not what was asked for.</returns>
    /// <exception cref="System.Text.Json.JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">Its JSON is of another shape.</exception>
    bool TryWrite(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output);

    /// <summary>Who keeps the answer that is told, as its caller sees it; null for nobody.</summary>
    IAnswerKeeper? Keeper => null;

    /// <summary>Does what has to be done when the answer is at its end and before the caller sees it.</summary>
    ValueTask SettleAsync(CancellationToken cancellationToken) => default;
}

/// <summary>An answer of a surface as events. Nothing is told after <see cref="Fail"/> or <see cref="End"/>.</summary>
internal interface ISurfaceStream : IChatOutput
{
    /// <summary>Writes what keeps a silent connection open and says nothing.</summary>
    void KeepAlive();

    /// <summary>Tells that the answer failed in its middle.</summary>
    void Fail(ErrorBody error);

    /// <summary>Ends the answer: every choice has its reason to finish, and the tokens were told if they ever are.</summary>
    void End();
}

/// <summary>A chat completion of a surface as a whole.</summary>
internal interface ISurfaceBody : IChatOutput
{
    /// <summary>Writes it.</summary>
    void WriteTo(IBufferWriter<byte> output);

    /// <summary>Writes a chat completion.</summary>
    /// <inheritdoc cref="ISurface.TryWrite"/>
    static bool TryWrite(ISurfaceBody body, ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        if (!ChatCompletionReader.Read(answer, body))
        {
            return false;
        }

        body.WriteTo(output);
        return true;
    }
}
