using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Errors;

namespace Switchboard.Gateway.State;

/// <summary>What callers are told of the records.</summary>
public static class RecordsErrors
{
    /// <summary>503: the database is away.</summary>
    public static GatewayError Unavailable { get; } = new(
        503,
        new ErrorBody("The database does not answer. Try again in a moment.", ErrorTypes.Overloaded, null, "records_unavailable"),
        TimeSpan.FromSeconds(2));
}
