namespace Switchboard.Client.Transport;

/// <summary>What a call wants back.</summary>
internal enum AnswerKind
{
    /// <summary>JSON, or nothing that matters.</summary>
    Json,

    /// <summary>Bytes that the caller reads.</summary>
    Content,

    /// <summary>A stream of events.</summary>
    Events,
}
