using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Diagnosis;
using Switchboard.Gateway.State;
using Switchboard.Gateway.State.Shared;
using Switchboard.Server.Configuration;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Redis;

namespace Switchboard.Server.Diagnosis;

/// <summary>Examines what a gateway stands on: its database, its shared state, its folders. It changes nothing, and brings no schema up to date.</summary>
public sealed class InstallationDoctor
{
    private const string RecordsSubject = "storage.records";
    private const string SharedSubject = "storage.shared";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly GatewayConfiguration _configuration;
    private readonly SqlDatabase _database;
    private readonly ISharedState _shared;
    private readonly TimeProvider _time;

    internal InstallationDoctor(InitialConfiguration initial, SqlDatabase database, ISharedState shared, TimeProvider time) =>
        (_configuration, _database, _shared, _time) = (initial.Configuration, database, shared, time);

    /// <summary>Examines all of it.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken = default)
    {
        var records = ExamineRecordsAsync(cancellationToken);
        var shared = ExamineSharedAsync();
        var collectors = CollectorFindings.OfAsync(_configuration.Telemetry, cancellationToken);
        return [await records, .. Folders(), .. await shared, .. await collectors];
    }

    private async Task<Finding> ExamineRecordsAsync(CancellationToken cancellationToken)
    {
        if (_configuration.Storage.RecordsKind == RecordsKind.Memory)
        {
            return new(Verdict.Warn, RecordsSubject, "Keys, budgets, conversations and the ledger are kept in memory, and gone when the gateway ends.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_patience);
        try
        {
            return Of(await _database.ExamineAsync(limit.Token).WaitAsync(s_patience, _time, cancellationToken));
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(Verdict.Fail, RecordsSubject, $"The database did not answer within {s_patience.TotalSeconds} s.");
        }
        catch (RecordsException fault)
        {
            return new(Verdict.Fail, RecordsSubject, fault.Message);
        }
    }

    private static Finding Of(SchemaState schema) => schema switch
    {
        { IsUntouched: true } => new(Verdict.Ok, RecordsSubject, "There is no database yet; it is made with the first write."),
        { Last: null } => new(Verdict.Ok, RecordsSubject, "The database answers and is empty; its tables are made when it is first used."),
        { Newer: [.., var newer] } => new(Verdict.Warn, RecordsSubject, $"The database answers; a newer version of this program has brought its schema to '{newer}'. This one works beside it."),
        { Missing.Count: > 0 } => new(Verdict.Warn, RecordsSubject, $"The database answers; its schema is at '{schema.Last}', and {schema.Missing.Count} steps to '{schema.Missing[^1]}' run when a gateway first uses it. Back it up before: switchboard backup FILE."),
        _ => new(Verdict.Ok, RecordsSubject, $"The database answers and can be written; its schema is '{schema.Last}', as it should be."),
    };

    private IEnumerable<Finding> Folders()
    {
        var storage = _configuration.Storage;
        if (storage.RecordsKind == RecordsKind.Sqlite)
        {
            yield return FolderFindings.Of(RecordsSubject, Path.GetDirectoryName(storage.Records!.Reveal())!);
        }

        foreach (var (subject, folder) in new[] { ("storage.spill", storage.Spill), ("storage.files", storage.Files), ("logging.file.folder", _configuration.Logging.File.Folder) })
        {
            if (folder is not null)
            {
                yield return FolderFindings.Of(subject, folder);
            }
        }
    }

    private async Task<IReadOnlyList<Finding>> ExamineSharedAsync()
    {
        if (_shared is not RedisSharedState redis)
        {
            return [];
        }

        await redis.WaitForFirstTryAsync(s_patience);
        return [redis.IsAvailable
            ? new(Verdict.Ok, SharedSubject, "Redis answers.")
            : new(Verdict.Fail, SharedSubject, "Redis does not answer: until it does, each gateway counts limits by itself and keeps its own cache. The address, the password and the network between are where to look.")];
    }
}
