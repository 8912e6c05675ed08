namespace Switchboard.Testing.Corpus;

/// <summary>What a recorded body is in its exchange.</summary>
public enum BodyKind
{
    /// <summary>The JSON a client sent.</summary>
    Request,

    /// <summary>The JSON of a successful answer.</summary>
    Response,

    /// <summary>The data of one event of a stream.</summary>
    StreamEvent,

    /// <summary>The JSON of an answer with a status of 400 or above.</summary>
    Error,

    /// <summary>The payload of a webhook call.</summary>
    WebhookEvent,
}
