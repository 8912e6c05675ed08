namespace Switchboard.Gateway.Configuration;

/// <summary>How a provider answers requests of the Responses API (<c>responses</c>).</summary>
public enum ResponsesHandling
{
    /// <summary>It speaks that API where its kind does; else as <see cref="Chat"/>.</summary>
    Native,

    /// <summary>It only has chat completions: the gateway makes these of the requests, and keeps what has to be kept.</summary>
    Chat,
}
