using System.Net.Sockets;
using Npgsql;

namespace Switchboard.Server.Storage.Records;

/// <summary>What PostgreSQL's states and the driver's exceptions mean.</summary>
internal static class PostgresFaults
{
    /// <summary>What an exception means; null where it is none of the database's.</summary>
    public static SqlFault? Explain(Exception exception, string name) => exception switch
    {
        PostgresException fault => OfState(fault, name),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => new(SqlFaultKind.Away, $"{name} did not answer in time."),
        NpgsqlException { InnerException: SocketException refused } => new(SqlFaultKind.Broken, $"{name} cannot be reached: {refused.Message}."),
        NpgsqlException { InnerException: IOException } or IOException or SocketException => new(SqlFaultKind.Broken, $"The connection to {name} broke."),
        NpgsqlException => new(SqlFaultKind.Away, $"{name} cannot be used: {exception.Message}"),

        // Npgsql says so of a connection that another step has found broken.
        InvalidOperationException { Source: "Npgsql" } => new(SqlFaultKind.Broken, $"The connection to {name} broke."),
        _ => null,
    };

    private static SqlFault OfState(PostgresException fault, string name) => fault.SqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => new(SqlFaultKind.Conflict, $"{name} is busy with others that change the same."),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => new(SqlFaultKind.Broken, $"{name} is stopping."),
        PostgresErrorCodes.CannotConnectNow => new(SqlFaultKind.Away, $"{name} is starting or stopping."),
        PostgresErrorCodes.TooManyConnections => new(SqlFaultKind.Away, $"{name} has no connection free."),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new(SqlFaultKind.Away, $"{name} does not let the user of storage.records in: correct the user or the password."),
        PostgresErrorCodes.InvalidCatalogName => new(SqlFaultKind.Away, $"{name} has no database of the name in storage.records: create it."),
        PostgresErrorCodes.InsufficientPrivilege => new(SqlFaultKind.Wrong, $"{name} does not allow the user of storage.records to do that: {fault.MessageText}."),
        PostgresErrorCodes.ReadOnlySqlTransaction => new(SqlFaultKind.Away, $"{name} takes no changes: it is a standby."),
        PostgresErrorCodes.QueryCanceled => new(SqlFaultKind.Away, $"{name} did not answer in time."),

        // Connections, resources, intervention of an operator, errors of its system.
        ['0', '8', ..] => new(SqlFaultKind.Broken, $"The connection to {name} broke."),
        ['5', '3' or '7' or '8', ..] => new(SqlFaultKind.Away, $"{name} cannot answer now: {fault.MessageText}."),
        _ => new(SqlFaultKind.Wrong, $"{name} does not take a statement: {fault.MessageText}."),
    };
}
