namespace Switchboard.Benchmarks.Client;

/// <summary>A client that is measured: what it does for one call, one stream, one stream that stays open.</summary>
internal interface IClientUnderMeasure : IDisposable
{
    /// <summary>Sends the chat request and reads its answer; gives the answer's length, so that nothing is optimised away.</summary>
    Task<int> CallAsync();

    /// <summary>Reads the long stream to its end; gives the number of its events.</summary>
    Task<int> StreamAsync();

    /// <summary>Opens a stream, reads its first event, and waits for the next, which never comes; gives what keeps the stream alive.</summary>
    Task<object> HoldAsync();
}
